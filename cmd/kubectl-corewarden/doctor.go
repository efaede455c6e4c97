package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"corewarden/doctor"
)

func newDoctor(k *kubeconfig) *cobra.Command {
	var output output
	var wait time.Duration
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Check what works and what does not, with a remedy for each failure",
		Long: `Check what works and what does not, with a remedy for each failure.

Nothing is written: the writes that are tried are server-side dry-runs. A check that your
rights do not allow is skipped. Ends with 1 when a check failed.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			o, err := k.options()
			if err != nil {
				return err
			}
			if wait < 0 {
				return fmt.Errorf("--wait: %s is negative", wait)
			}
			var report doctor.Report
			if wait > 0 {
				report = doctor.Wait(c.Context(), o, wait, func(r doctor.Report) { fmt.Fprintln(c.ErrOrStderr(), r.Progress()) })
			} else {
				report = doctor.Run(c.Context(), o)
			}
			if err := output.write(c.OutOrStdout(), report); err != nil {
				return err
			}
			if report.Failed() {
				return errProblems
			}
			return nil
		},
	}
	output.bind(c.Flags())
	c.Flags().DurationVar(&wait, "wait", 0, "check again until nothing fails, for at most this `duration`, such as 2m")
	return c
}
