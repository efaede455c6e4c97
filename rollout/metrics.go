package rollout

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"corewarden/cluster"
	"corewarden/rollout/plan"
)

// How a rollout ends.
const (
	resultComplete   = "complete"   // its pods run and stayed up
	resultFailed     = "failed"     // its pods restarted, or no progress
	resultBraked     = "braked"     // it was stopped because its pods restarted
	resultSuperseded = "superseded" // another stamp came before it was finished
)

// measures are the controller's metrics.
type measures struct {
	stamps         *prometheus.CounterVec
	reimposed      *prometheus.CounterVec
	rollouts       *prometheus.CounterVec
	duration       *prometheus.HistogramVec
	changeToStamp  *prometheus.HistogramVec
	held           *prometheus.GaugeVec
	observed       *prometheus.GaugeVec
	stampInfo      *prometheus.GaugeVec
	unpinned       *prometheus.GaugeVec
	invalidContent prometheus.Gauge
	coalesced      prometheus.Counter
	unchanged      prometheus.Counter
	// pending is since when a workload waits for its rollout, in Unix seconds, or 0.
	pending map[string]*atomic.Int64
}

// newMeasures registers the metrics with reg. Those of each workload are there from the
// start, so that the first stamp is an increase that an alert can see.
func newMeasures(reg prometheus.Registerer, now func() time.Time) (*measures, error) {
	labels := []string{"workload"}
	counter := func(name, help string) prometheus.CounterOpts { return prometheus.CounterOpts{Name: name, Help: help} }
	gauge := func(name, help string) prometheus.GaugeOpts { return prometheus.GaugeOpts{Name: name, Help: help} }
	m := &measures{
		stamps: prometheus.NewCounterVec(counter("corewarden_stamps_total",
			"Stamps set on a workload's pod template, each of which rolls the workload out."), labels),
		reimposed: prometheus.NewCounterVec(counter("corewarden_stamps_reimposed_total",
			"Stamps that were set again because another writer had changed or removed them. They count as stamps too."), labels),
		rollouts: prometheus.NewCounterVec(counter("corewarden_rollouts_total",
			"Rollouts by how they ended: complete, failed (pods restarted, or no progress), braked (stopped because pods restarted) or superseded."), append(labels, "result")),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "corewarden_rollout_duration_seconds",
			Help:    "Seconds from a workload's stamp until its rollout was complete, the soak included.",
			Buckets: []float64{5, 10, 30, 60, 120, 300, 600, 1200, 3600},
		}, labels),
		changeToStamp: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "corewarden_change_to_stamp_seconds",
			Help:    "Seconds from first seeing new content, or a new workload, until CoreDNS, which goes first, was stamped.",
			Buckets: []float64{.005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10},
		}, labels),
		held: prometheus.NewGaugeVec(gauge("corewarden_rollout_held",
			"Whether a workload's rollout is held for a reason (1) or not (0)."), append(labels, "reason")),
		observed: prometheus.NewGaugeVec(gauge("corewarden_rollout_observed",
			"Whether a step would be the next for a workload (1) or not (0), where the rollout observes. Otherwise it is 0."), append(labels, "step")),
		stampInfo: prometheus.NewGaugeVec(gauge("corewarden_stamp_info",
			"The stamp that a workload has, as a label."), append(labels, "hash")),
		unpinned: prometheus.NewGaugeVec(gauge("corewarden_unpinned_pods",
			"Pods of a workload that mount a ConfigMap itself though there is a copy for their stamp."), labels),
		invalidContent: prometheus.NewGauge(gauge("corewarden_invalid_content",
			"Whether the stored ConfigMap has content that is not rolled out because a DNS server would not start on it (1) or not (0).")),
		coalesced: prometheus.NewCounter(counter("corewarden_contents_coalesced_total",
			"Contents that were replaced by newer ones before they were stamped.")),
		unchanged: prometheus.NewCounter(counter("corewarden_writes_unchanged_total",
			"Writes of the ConfigMap that did not change the content and restarted nothing.")),
		pending: map[string]*atomic.Int64{},
	}
	collectors := []prometheus.Collector{
		m.stamps, m.reimposed, m.rollouts, m.duration, m.changeToStamp, m.held, m.observed, m.stampInfo, m.unpinned, m.invalidContent, m.coalesced,
		m.unchanged,
	}
	m.changeToStamp.WithLabelValues(cluster.Deployment)
	for _, name := range []string{cluster.Deployment, cluster.DaemonSet} {
		m.stamps.WithLabelValues(name)
		m.reimposed.WithLabelValues(name)
		m.duration.WithLabelValues(name)
		for _, result := range []string{resultComplete, resultFailed, resultBraked, resultSuperseded} {
			m.rollouts.WithLabelValues(name, result)
		}
		m.setHeld(name, plan.Verdict{})
		m.setObserved(name, plan.Nothing)
		m.unpinned.WithLabelValues(name)
		since := &atomic.Int64{}
		m.pending[name] = since
		opts := gauge("corewarden_rollout_pending_seconds", "Seconds since content was first seen that is not rolled out on a workload yet; 0 if there is none.")
		opts.ConstLabels = prometheus.Labels{"workload": name}
		collectors = append(collectors, prometheus.NewGaugeFunc(opts, func() float64 {
			if at := since.Load(); at != 0 {
				return now().Sub(time.Unix(at, 0)).Seconds()
			}
			return 0
		}))
	}
	var errs []error
	for _, c := range collectors {
		errs = append(errs, reg.Register(c))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("register rollout metrics: %w", err)
	}
	return m, nil
}

// setInvalid shows whether something that is stored is not rolled out as it is invalid.
func (m *measures) setInvalid(invalid bool) {
	m.invalidContent.Set(0)
	if invalid {
		m.invalidContent.Set(1)
	}
}

// setHeld shows whether a workload is held, and for what reason.
func (m *measures) setHeld(workload string, v plan.Verdict) {
	for _, reason := range plan.Reasons() {
		value := 0.0
		if v.Phase == plan.Held && v.Reason == reason {
			value = 1
		}
		m.held.WithLabelValues(workload, string(reason)).Set(value)
	}
}

// setObserved shows what would be done with a workload.
func (m *measures) setObserved(workload string, would plan.Step) {
	for _, step := range plan.Steps() {
		value := 0.0
		if step == would {
			value = 1
		}
		m.observed.WithLabelValues(workload, step.String()).Set(value)
	}
}

// setStamps shows the stamps that the workloads had.
func (m *measures) setStamps(stages []stage) {
	m.stampInfo.Reset()
	for _, s := range stages {
		if s.workload != nil {
			m.stampInfo.WithLabelValues(s.name, stampOf(s.workload)).Set(1)
		}
	}
}

// pendingSince sets since when a workload waits for its rollout; the zero time is that it
// does not.
func (m *measures) pendingSince(workload string, since time.Time) {
	at := int64(0)
	if !since.IsZero() {
		at = since.Unix()
	}
	m.pending[workload].Store(at)
}
