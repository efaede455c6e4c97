package authority

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Collectors returns the metrics of the authority, for the caller to register. A time that
// is not known yet is 0.
func (a *Authority) Collectors() []prometheus.Collector {
	gauge := func(name, help string, value func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 {
			a.mu.Lock()
			defer a.mu.Unlock()
			return value()
		})
	}
	return []prometheus.Collector{
		gauge("corewarden_certs_ca_expiry_timestamp_seconds", "When the CA that issues certificates expires, in seconds since the Unix epoch.",
			func() float64 { return expiry(a.last.CA) }),
		gauge("corewarden_certs_leaf_expiry_timestamp_seconds", "When the serving certificate in the Secret expires, in seconds since the Unix epoch.",
			func() float64 { return expiry(a.last.Leaf) }),
		gauge("corewarden_certs_bundle_in_step", "Whether caBundle of every webhook holds the CA of each certificate that has not expired: 1 or 0.",
			func() float64 { return truth(a.last.InStep()) }),
		gauge("corewarden_certs_failing", "Whether the last attempt to keep the certificates failed, 1 or 0; the log has the reason.",
			func() float64 { return truth(a.lastError != nil) }),
		gauge("corewarden_certs_last_error_timestamp_seconds", "When an attempt to keep the certificates last failed, in seconds since the Unix epoch.",
			func() float64 { return seconds(a.failedAt) }),
	}
}

func expiry(p *Pair) float64 {
	if p == nil {
		return 0
	}
	return seconds(p.Certificate.NotAfter)
}

func seconds(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.Unix())
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
