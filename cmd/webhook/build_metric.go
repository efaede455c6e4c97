package main

import (
	"github.com/prometheus/client_golang/prometheus"

	"corewarden/buildinfo"
)

// buildMetric returns the gauge corewarden_build_info, which is 1: what it tells is in its labels.
func buildMetric(build buildinfo.Info) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "corewarden_build_info",
		Help: "Which build of Corewarden this is; the value is always 1.",
		ConstLabels: prometheus.Labels{
			"version": build.Version, "revision": build.Revision, "goversion": build.GoVersion,
		},
	}, func() float64 { return 1 })
}
