package main

import (
	"errors"
	"io"

	"github.com/spf13/cobra"

	"corewarden/corefile/explain"
	"corewarden/corefile/release"
)

func newExplain() *cobra.Command {
	var coreDNS, nodeLocalDNS string
	c := &cobra.Command{
		Use:   "explain [flags] [PLUGIN]",
		Short: "Say how a plugin is written, or list all",
		Long:  "Say how a plugin is written, what releases changed about it, and show an example.\n\nWithout PLUGIN, it lists the plugins of the release.",
		Args:  atMostOne("plugin"),
		ValidArgsFunction: completeFirst(func() []cobra.Completion {
			r, err := explained(coreDNS, nodeLocalDNS)
			if err != nil {
				return nil
			}
			return r.Plugins()
		}),
		RunE: func(c *cobra.Command, args []string) error {
			r, err := explained(coreDNS, nodeLocalDNS)
			if err != nil {
				return err
			}
			if r.Note != "" {
				c.PrintErrln("corefile: warning:", r.Note)
			}
			text := explain.List(r)
			if len(args) == 1 {
				text, err = explain.Plugin(args[0], r)
			}
			if err != nil {
				return err
			}
			_, err = io.WriteString(c.OutOrStdout(), text)
			return err
		},
	}
	releaseFlags(c, &coreDNS, &nodeLocalDNS,
		"`version` of CoreDNS (default: "+release.NewestCoreDNS+")",
		"`version` of node-cache, the server of node-local-dns, or head, in place of CoreDNS")
	return c
}

// explained returns the release to explain: that of one of the flags, or the newest CoreDNS.
func explained(coreDNS, nodeLocalDNS string) (release.Release, error) {
	switch {
	case coreDNS != "" && nodeLocalDNS != "":
		return release.Release{}, errors.New("explain takes --coredns or --node-local-dns, not both")
	case nodeLocalDNS != "":
		return release.NodeCache(nodeLocalDNS)
	case coreDNS == "":
		coreDNS = release.NewestCoreDNS
	}
	return release.CoreDNS(coreDNS)
}
