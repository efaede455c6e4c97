// Command kubectl-corewarden is a plugin of kubectl, for those who run Corewarden: it says
// what works in a cluster, and what the DNS servers load.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/go-logr/logr"
	"github.com/spf13/cobra"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"

	"corewarden/buildinfo"
)

// Exit codes.
const (
	exitFine     = 0
	exitProblems = 1 // a check failed, or the cluster could not be read
	exitUsage    = 2 // wrong arguments, or a kubeconfig that cannot be used
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// errProblems says that all was told already, and not all is well.
var errProblems = errors.New("not all is well")

// A clusterError is one of reading a cluster.
type clusterError struct{ error }

// run does what the arguments say and returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	// Libraries have nothing to say to the person in front of a terminal.
	ctrl.SetLogger(logr.Discard())
	klog.SetLogger(logr.Discard())

	root := newRoot()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return exitFine
	case errors.Is(err, errProblems):
		return exitProblems
	}
	fmt.Fprintln(stderr, "kubectl corewarden:", err)
	if errors.As(err, &clusterError{}) {
		return exitProblems
	}
	return exitUsage
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "kubectl-corewarden",
		Annotations:   map[string]string{cobra.CommandDisplayNameAnnotation: "kubectl corewarden"},
		Short:         "Look after Corewarden, which guards the DNS configuration of a cluster",
		Version:       buildinfo.Read().String(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetVersionTemplate("kubectl-corewarden {{.Version}}\n")
	var k kubeconfig
	k.bind(root.PersistentFlags())
	root.AddCommand(newDoctor(&k), newStatus(&k), newTrace(&k))
	return root
}
