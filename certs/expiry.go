package certs

import (
	"github.com/prometheus/client_golang/prometheus"
)

// Expiry returns the gauge corewarden_certificate_expiry_timestamp_seconds, in Unix
// seconds, for the caller to register. It has no sample while there is no certificate:
// one that is still to come has not expired.
func (s *Serving) Expiry() prometheus.Collector {
	return expiry{serving: s, desc: prometheus.NewDesc(
		"corewarden_certificate_expiry_timestamp_seconds",
		"When the serving certificate in use expires, in seconds since the Unix epoch.", nil, nil)}
}

type expiry struct {
	serving *Serving
	desc    *prometheus.Desc
}

func (e expiry) Describe(descs chan<- *prometheus.Desc) { descs <- e.desc }

func (e expiry) Collect(metrics chan<- prometheus.Metric) {
	if notAfter := e.serving.NotAfter(); !notAfter.IsZero() {
		metrics <- prometheus.MustNewConstMetric(e.desc, prometheus.GaugeValue, float64(notAfter.Unix()))
	}
}
