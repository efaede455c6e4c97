// Command corefile checks Corefiles and the ConfigMaps that hold them, offline, with the
// same result as the admission webhook.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"corewarden/buildinfo"
	"corewarden/corefile"
)

// Exit codes.
const (
	exitClean    = 0 // no problem, or warnings only
	exitProblems = 1 // something would stop a server
	exitUsage    = 2 // wrong arguments, or input that cannot be read
)

// A command is what the first argument names.
type command struct {
	name, args, does string
	run              func(args []string, stdin io.Reader, stdout, stderr io.Writer) (exitCode int, err error)
}

var commands = []command{
	{"check", "[flags] FILE|FOLDER|-...", "check Corefiles and manifests", runCheck},
	{"explain", "[flags] [PLUGIN]", "say how a plugin is written, or list all", runExplain},
	{"fmt", "[flags] [FILE|FOLDER|-...]", "format Corefiles, in manifests too", runFmt},
	{"lsp", "[flags]", "serve an editor (Language Server Protocol)", runLSP},
	{"rules", "[RULE]", "list the rules, or explain one", runRules},
	{"trace", "[flags] NAME [TYPE] FILE...", "say what DNS servers do with a query", runTrace},
	{"diff", "[flags] OLD NEW", "list the names whose fate changes", runDiff},
}

func printUsage(w io.Writer) {
	fmt.Fprint(w, "corefile tells whether CoreDNS and node-local-dns would start on a configuration.\n\nUsage:\n")
	for _, c := range commands {
		fmt.Fprintf(w, "  corefile %-32s %s\n", c.name+" "+c.args, c.does)
	}
	fmt.Fprintf(w, "  corefile %-32s print the version\n\nRun \"corefile COMMAND -help\" for the flags of a command.\n", "-version")
}

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// run does what the arguments say and returns the exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		printUsage(stderr)
		return exitUsage
	}
	switch args[0] {
	case "version", "-version", "--version":
		fmt.Fprintln(stdout, "corefile", buildinfo.Read())
		return exitClean
	case "help", "-h", "-help", "--help":
		printUsage(stdout)
		return exitClean
	}
	code, err := runCommand(args[0], args[1:], stdin, stdout, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitClean
	case err != nil:
		fmt.Fprintln(stderr, "corefile:", err)
		return exitUsage
	}
	return code
}

func runCommand(name string, args []string, stdin io.Reader, stdout, stderr io.Writer) (int, error) {
	var names []string
	for _, c := range commands {
		if c.name == name {
			return c.run(args, stdin, stdout, stderr)
		}
		names = append(names, c.name)
	}
	if nearest := corefile.Nearest(name, names); nearest != "" {
		return exitUsage, fmt.Errorf("unknown command %q; did you mean %q?", name, nearest)
	}
	return exitUsage, fmt.Errorf("unknown command %q. The commands are %s", name, strings.Join(names, ", "))
}
