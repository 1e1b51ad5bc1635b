// Package mappings holds the correspondences that ship with the program: how
// the columns of known public files fill those of the national schema of
// places. Each is one JSON file, in the format that README.md tells; package
// exchange reads them.
package mappings

import "embed"

// Files are the correspondences, "NAME.json".
//
//go:embed *.json
var Files embed.FS
