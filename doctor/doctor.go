// Package doctor finds out, through a kubeconfig, what works of a Corewarden that is
// installed in a cluster, and what does not.
//
// It is a list of checks, each in a file of its own. A check says what has to be right,
// looks, and names for all that is not right the cause and the remedy. None writes
// anything: the writes that it tries are server-side dry-runs.
package doctor

import (
	"context"
	"time"

	"corewarden/extraconfig"
	"corewarden/rollout/plan"
)

// A check looks at one thing that has to be right.
type check struct {
	id    string // scripts match on it: it does not change
	title string // what is so where the check is ok
	look  func(context.Context, *installation) outcome
}

// checks are in the order in which things depend on each other, from the outside in. The
// writes, which need all the others, come last.
func checks() []check {
	return []check{
		kubernetesVersion,
		webhooksPresent,
		webhooksAsShipped,
		caBundles,
		issuerWorks,
		podsRun,
		flagsFit,
		serviceEndpoints,
		certificateTrusted,
		rightsGranted,
		rightsNarrowed,
		leaderElected,
		releasesKnown,
		configMapLoaded,
		contentStarts,
		contentRolledOut,
		podsPinned,
		wrongRejected,
		rightAllowed,
		keysRenamed,
	}
}

// Run carries out all checks. It goes on after a failure.
func Run(ctx context.Context, o Options) Report {
	i := inspect(ctx, o)
	r := Report{Client: o.Version, Image: i.image(), Kubernetes: i.version.value, Counts: map[Status]int{}}
	for _, c := range checks() {
		out := skipped("the API server does not answer")
		if i.version.err == nil || c.id == kubernetesVersion.id {
			out = c.look(ctx, i)
		}
		result := Result{ID: c.id, Title: c.title, Status: out.status(), Detail: out.detail, Findings: out.findings}
		r.Checks = append(r.Checks, result)
		r.Counts[result.Status]++
	}
	return r
}

// retryInterval is how long Wait leaves the cluster alone.
const retryInterval = 2 * time.Second

// Wait runs the checks until none fails, at most until the timeout is over, and returns the
// last report. It calls progress with a report whenever other checks fail than before.
func Wait(ctx context.Context, o Options, timeout time.Duration, progress func(Report)) Report {
	deadline := time.After(timeout)
	tick := time.NewTicker(retryInterval)
	defer tick.Stop()
	last := ""
	for {
		r := Run(ctx, o)
		if !r.Failed() {
			return r
		}
		if now := r.failing(); now != last {
			last = now
			progress(r)
		}
		select {
		case <-ctx.Done():
			return r
		case <-deadline:
			return r
		case <-tick.C:
		}
	}
}

// Settings returns what the Corewarden in a cluster judges for and how it rolls out: its
// flags, or the defaults.
func Settings(ctx context.Context, o Options) ([]extraconfig.Server, plan.Policy) {
	i := inspect(ctx, o)
	return servers(i.args()), i.policy()
}
