// Passerelle runs a public digital-inclusion programme from end to end: pages,
// API, jobs and command line over one database.
package main

import (
	"os"

	"passerelle/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], os.Stdout, os.Stderr)) }
