// Command corefile checks Corefiles and the ConfigMaps that hold them, offline, with the
// same result as the admission webhook.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"corewarden/buildinfo"
)

// Exit codes.
const (
	exitClean    = 0 // no problem, or warnings only
	exitProblems = 1 // something would stop a server
	exitUsage    = 2 // wrong arguments, or input that cannot be read
)

const usage = `corefile tells whether CoreDNS and node-local-dns would start on a configuration.

Usage:
  corefile check [flags] FILE|FOLDER|-...   check Corefiles and manifests
  corefile rules [RULE]                     list the rules, or explain one
  corefile -version                         print the version

Run "corefile check -help" for the flags.
`

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// run does what the arguments say and returns the exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		fmt.Fprint(stderr, usage)
		return exitUsage
	}
	var err error
	code := exitClean
	switch args[0] {
	case "check":
		code, err = runCheck(args[1:], stdin, stdout, stderr)
	case "rules":
		err = explain(args[1:], stdout)
	case "version", "-version", "--version":
		fmt.Fprintln(stdout, "corefile", buildinfo.Read())
	case "help", "-h", "-help", "--help":
		fmt.Fprint(stdout, usage)
	default:
		err = fmt.Errorf("unknown command %q. The commands are check and rules", args[0])
	}
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitClean
	case err != nil:
		fmt.Fprintln(stderr, "corefile:", err)
		return exitUsage
	}
	return code
}
