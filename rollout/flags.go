package rollout

import (
	"errors"
	"flag"
	"fmt"
	"time"

	"corewarden/rollout/plan"
)

// AddFlags defines the flags that say how careful rollouts are, and sets p to their defaults.
func AddFlags(flags *flag.FlagSet, p *plan.Policy) {
	p.ReloadOnly = false
	flags.Var((*layerRollout)(&p.ReloadOnly), "node-local-dns-rollout", "`how` new content gets to node-local-dns: "+restart+" after CoreDNS, or "+reloadOnly+", which leaves it to the server's plugin reload")
	flags.DurationVar(&p.Soak, "rollout-soak", 30*time.Second, "how `long` new pods must stay up before node-local-dns follows CoreDNS")
	flags.DurationVar(&p.Deadline, "rollout-deadline", 5*time.Minute, "how `long` a rollout may make no progress before it counts as failed")
	flags.DurationVar(&p.Interval, "rollout-interval", 5*time.Second, "how `long` to wait between two stamps of CoreDNS, so that a burst of changes is one rollout")
	// Up to four new pods, one that crashes is a quarter: the first nodes count as a canary.
	// Three nodes that break in one rollout, each for a reason of its own, are rare.
	flags.IntVar(&p.BrakePods, "rollout-brake-pods", 3, "what `number` of new pods of node-local-dns that crash stops its rollout, whatever share that is")
	flags.Float64Var(&p.BrakeShare, "rollout-brake-share", 0.25, "what `share` of the new pods of node-local-dns that crash stops its rollout, from 0 to 1")
	p.Pinned = false
	flags.Var((*contentMode)(&p.Pinned), "content", "`what` DNS pods load: "+shared+", the ConfigMap as it is at that moment; or "+pinned+", the copy that their own stamp names")
	flags.BoolVar(&p.Canary, "rollout-canary", true, "have one pod of node-local-dns load new content, and stay up, before the others are replaced")
	flags.BoolVar(&p.AllowLayerRestart, "allow-layer-restart", false, "roll out also where a workload's strategy takes all its pods down at once")
	p.Adopt = plan.AdoptAuto
	flags.Var((*adoption)(&p.Adopt), "adopt", "`when` to take content that is there before Corewarden for rolled out: never; auto, where all pods have loaded it; always")
	flags.DurationVar(&p.Retry, "rollout-retry", 10*time.Minute, "after what `time` a rollout that was stopped is tried again; it doubles each time, up to a day; 0 is never")
}

// CheckPolicy says which flags are wrong.
func CheckPolicy(p plan.Policy) error {
	var errs []error
	for _, d := range []struct {
		flag  string
		value time.Duration
	}{{"rollout-soak", p.Soak}, {"rollout-deadline", p.Deadline}, {"rollout-interval", p.Interval}, {"rollout-retry", p.Retry}} {
		if d.value < 0 {
			errs = append(errs, fmt.Errorf("-%s: %s is negative", d.flag, d.value))
		}
	}
	if p.BrakePods < 1 {
		errs = append(errs, fmt.Errorf("-rollout-brake-pods: %d is not at least 1", p.BrakePods))
	}
	if !(p.BrakeShare >= 0 && p.BrakeShare <= 1) {
		errs = append(errs, fmt.Errorf("-rollout-brake-share: %g is not from 0 to 1", p.BrakeShare))
	}
	return errors.Join(errs...)
}

// adoption is a plan.Adoption as a flag.
type adoption plan.Adoption

func (a *adoption) String() string { return string(*a) }

func (a *adoption) Set(text string) error {
	switch *a = adoption(text); plan.Adoption(text) {
	case plan.AdoptNever, plan.AdoptAuto, plan.AdoptAlways:
		return nil
	}
	return fmt.Errorf("%q is neither never, auto nor always", text)
}

// contentMode is what DNS pods load: true is the copy that their stamp names.
type contentMode bool

const (
	shared = "shared"
	pinned = "pinned"
)

func (m *contentMode) String() string {
	if *m {
		return pinned
	}
	return shared
}

func (m *contentMode) Set(text string) error {
	if *m = text == pinned; !*m && text != shared {
		return fmt.Errorf("%q is neither %s nor %s", text, shared, pinned)
	}
	return nil
}

// layerRollout is how new content gets to node-local-dns: true leaves it to reload.
type layerRollout bool

const (
	restart    = "restart"
	reloadOnly = "reload-only"
)

func (r *layerRollout) String() string {
	if *r {
		return reloadOnly
	}
	return restart
}

func (r *layerRollout) Set(text string) error {
	if *r = text == reloadOnly; !*r && text != restart {
		return fmt.Errorf("%q is neither %s nor %s", text, restart, reloadOnly)
	}
	return nil
}
