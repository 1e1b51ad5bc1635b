package cli

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// buildFolder is where the tests build the real program.
var buildFolder string

// runner lets testscript run the commands, and removes what was built.
type runner struct{ *testing.M }

func (r runner) Run() int {
	folder, err := os.MkdirTemp("", "passerelle-built-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	buildFolder = folder
	return r.M.Run()
}

// TestMain makes the test program answer as `passerelle` inside the scripts.
func TestMain(m *testing.M) {
	testscript.Main(runner{m}, map[string]func(){
		"passerelle": func() { os.Exit(Main(os.Args[1:], os.Stdout, os.Stderr)) },
	})
}
