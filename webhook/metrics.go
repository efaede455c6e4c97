package webhook

import "github.com/prometheus/client_golang/prometheus"

// measures counts the admissions.
type measures struct{ admissions *prometheus.CounterVec }

func newMeasures(registerer prometheus.Registerer) (*measures, error) {
	m := &measures{prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "corewarden_admissions_total",
		Help: "Admissions by webhook (keys, content or stamp), verdict (allowed, warned, changed or denied; would-change and would-deny where it observes) and the rule behind the first problem, which is empty where there is none.",
	}, []string{"webhook", "verdict", "rule"})}
	return m, registerer.Register(m.admissions)
}

func (m *measures) allowed(webhook string) { m.count(webhook, "allowed", "") }

func (m *measures) count(webhook, verdict, rule string) {
	m.admissions.WithLabelValues(webhook, verdict, rule).Inc()
}
