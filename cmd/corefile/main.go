// Command corefile checks Corefiles and the ConfigMaps that hold them, offline, with the
// same result as the admission webhook.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"corewarden/buildinfo"
	"corewarden/corefile"
)

// Exit codes.
const (
	exitClean    = 0 // no problem, or warnings only
	exitProblems = 1 // something would stop a server
	exitUsage    = 2 // wrong arguments, or input that cannot be read
)

// errProblems says that all was told already, and something is wrong with the input.
var errProblems = errors.New("problems were found")

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// run does what the arguments say and returns the exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRoot()
	args, rewritten := withTwoDashes(root, args)
	if len(rewritten) > 0 {
		fmt.Fprintf(stderr, "corefile: flags have two dashes now: %s. One dash works until the next release\n", strings.Join(rewritten, ", "))
	}
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.Execute()
	switch {
	case err == nil:
		return exitClean
	case errors.Is(err, errProblems):
		return exitProblems
	}
	fmt.Fprintln(stderr, "corefile:", err)
	return exitUsage
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "corefile",
		Short:         "Tell whether CoreDNS and node-local-dns would start on a configuration",
		Version:       buildinfo.Read().String(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          unknownCommand,
		RunE: func(c *cobra.Command, _ []string) error {
			c.PrintErr(c.UsageString(), "\n")
			return errors.New("name a command")
		},
	}
	root.SetVersionTemplate("corefile {{.Version}}\n")
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(newCheck(), newDiff(), newExplain(), newFmt(), newKRM(), newLSP(), newMan(), newRules(), newTrace())
	return root
}

// unknownCommand is the error of an argument that names no command.
func unknownCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	if nearest := corefile.Nearest(args[0], names); nearest != "" {
		return fmt.Errorf("unknown command %q; did you mean %q?", args[0], nearest)
	}
	return fmt.Errorf("unknown command %q. The commands are %s", args[0], strings.Join(names, ", "))
}
