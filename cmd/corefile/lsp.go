package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"corewarden/buildinfo"
	"corewarden/lsp"
)

func newLSP() *cobra.Command {
	var o options
	c := &cobra.Command{
		Use:   "lsp [flags]",
		Short: "Serve an editor (Language Server Protocol)",
		Long:  "Serve an editor by the Language Server Protocol, on standard input and output.",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := o.addServers(); err != nil {
				return err
			}
			checker, err := newEditor(o)
			if err != nil {
				return err
			}
			err = lsp.Serve(c.Context(), c.InOrStdin(), c.OutOrStdout(), lsp.Options{
				Name: "corefile", Version: buildinfo.Read().Version, Checker: checker, Watch: checker.watch(), Log: c.ErrOrStderr(),
			})
			if err != nil {
				fmt.Fprintln(c.ErrOrStderr(), "corefile:", err)
				return errProblems // whose exit code is that of the protocol
			}
			return nil
		},
	}
	c.Flags().Bool("stdio", true, "use standard input and output, as editors say; there is nothing else")
	o.clusterFlags(c)
	return c
}
