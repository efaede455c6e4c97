package main

import (
	"github.com/spf13/cobra"

	"corewarden/doctor"
	"corewarden/status"
)

func newStatus(k *kubeconfig) *cobra.Command {
	var output output
	c := &cobra.Command{
		Use:   "status",
		Short: "Show what each DNS server loads, how far its rollout is, and what is wrong with it",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			o, err := k.options()
			if err != nil {
				return err
			}
			servers, policy := doctor.Settings(c.Context(), o)
			s, err := status.Read(c.Context(), o.Client, servers, policy)
			if err != nil {
				return clusterError{err}
			}
			return output.write(c.OutOrStdout(), s)
		},
	}
	output.bind(c.Flags())
	return c
}
