package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"corewarden/buildinfo"
	"corewarden/corefile/release"
	"corewarden/extraconfig"
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
				Name: "corefile", Version: buildinfo.Read().Version, Checker: checker, Log: c.ErrOrStderr(),
			})
			if err != nil {
				fmt.Fprintln(c.ErrOrStderr(), "corefile:", err)
				return errProblems // whose exit code is that of the protocol
			}
			return nil
		},
	}
	flags := c.Flags()
	flags.Bool("stdio", true, "use standard input and output, as editors say; there is nothing else")
	releaseFlags(c, &o.coreDNS, &o.nodeLocalDNS,
		"`version` of CoreDNS to check for, or none (default: the version in a manifest's image, or "+release.NewestCoreDNS+")",
		"`version` of node-cache, the server of node-local-dns, to check for, or head, or none (default: the version in a manifest's image, or "+release.NewestNodeCache+")")
	flags.Func("base", "`coredns=FILE` or node-local-dns=FILE: the server's own Corefile, which imports what is checked; can be given for both", o.addBase)
	flags.TextVar(&o.keyPolicy, "key-policy", extraconfig.NormaliseKeys, "key `policy` of the webhook: with Reject, a wrong key name is an error; with Normalise, a warning")
	complete(c, "key-policy", string(extraconfig.NormaliseKeys), string(extraconfig.RejectKeys))
	flags.BoolVar(&o.bundle, "bundle", false, "check the Corefiles of a folder together, as the keys of one ConfigMap")
	return c
}
