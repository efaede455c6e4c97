package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"

	"github.com/prometheus/client_golang/prometheus"

	"corewarden/rollout/plan"
)

// A mode says whether a part of the process acts.
type mode string

const (
	enforce mode = "enforce"
	observe mode = "observe" // it tells what it would do, and changes nothing
)

// MarshalText returns the mode's name.
func (m mode) MarshalText() ([]byte, error) { return []byte(m), nil }

// UnmarshalText reads a mode's name.
func (m *mode) UnmarshalText(text []byte) error {
	switch mode := mode(text); mode {
	case enforce, observe:
		*m = mode
		return nil
	}
	return fmt.Errorf("%q is neither %s nor %s", text, observe, enforce)
}

// modes are those of both parts; one that is empty is the mode of both.
type modes struct{ both, admission, rollout mode }

func (m *modes) addFlags(flags *flag.FlagSet) {
	flags.TextVar(&m.both, "mode", enforce, "`mode` of admission and rollout: enforce, or observe, which tells what Corewarden would do and changes nothing")
	flags.TextVar(&m.admission, "admission-mode", mode(""), "`mode` of admission alone (default: that of -mode)")
	flags.TextVar(&m.rollout, "rollout-mode", mode(""), "`mode` of the rollout alone (default: that of -mode)")
}

func (m modes) ofAdmission() mode { return cmp.Or(m.admission, m.both) }
func (m modes) ofRollout() mode   { return cmp.Or(m.rollout, m.both) }

// check says which modes do not go with a policy: pods load copies only where both parts act.
func (m modes) check(p plan.Policy) error {
	if p.Pinned && (m.ofAdmission() == observe || m.ofRollout() == observe) {
		return errors.New("-content=pinned needs -mode=enforce: in the mode observe nothing is stored and no pod is changed")
	}
	return nil
}

// metric returns the gauge corewarden_mode, which is 1 for the mode of each part.
func (m modes) metric() prometheus.Collector {
	gauge := prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "corewarden_mode",
		Help: "In which mode a part of Corewarden is (1) or not (0).",
	}, []string{"part", "mode"})
	for part, is := range map[string]mode{"admission": m.ofAdmission(), "rollout": m.ofRollout()} {
		for _, mode := range []mode{enforce, observe} {
			value := 0.0
			if is == mode {
				value = 1
			}
			gauge.WithLabelValues(part, string(mode)).Set(value)
		}
	}
	return gauge
}
