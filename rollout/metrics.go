package rollout

import (
	"errors"
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
)

// measures are the controller's metrics.
type measures struct {
	stamps         *prometheus.CounterVec
	reimposed      *prometheus.CounterVec
	changeToStamp  *prometheus.HistogramVec
	invalidContent prometheus.Gauge
}

// newMeasures registers the metrics with reg. Those of each workload are there from the
// start, so that the first stamp is an increase that an alert can see.
func newMeasures(reg prometheus.Registerer) (*measures, error) {
	labels := []string{"workload"}
	m := &measures{
		stamps: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "corewarden_stamps_total",
			Help: "Stamps set on a workload's pod template, each of which rolls the workload out.",
		}, labels),
		reimposed: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "corewarden_stamps_reimposed_total",
			Help: "Stamps that were set again because another writer had changed or removed them. They count as stamps too.",
		}, labels),
		changeToStamp: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "corewarden_change_to_stamp_seconds",
			Help:    "Seconds from first seeing new content, or a new workload, until the workload was stamped.",
			Buckets: []float64{.005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10},
		}, labels),
		invalidContent: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "corewarden_invalid_content",
			Help: "Whether the stored ConfigMap has content that is not rolled out because a DNS server would not start on it (1) or not (0).",
		}),
	}
	var errs []error
	for _, c := range []prometheus.Collector{m.stamps, m.reimposed, m.changeToStamp, m.invalidContent} {
		errs = append(errs, reg.Register(c))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("register rollout metrics: %w", err)
	}
	for _, name := range []string{deploymentName, daemonSetName} {
		m.stamps.WithLabelValues(name)
		m.reimposed.WithLabelValues(name)
		m.changeToStamp.WithLabelValues(name)
	}
	return m, nil
}
