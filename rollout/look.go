package rollout

import (
	"context"
	"errors"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"corewarden/extraconfig"
)

// A Stage is how far one workload has come with what is stored.
type Stage struct {
	Kind, Name string
	// Phase is absent, waiting, rolling, soaking, done or held.
	Phase string
	// Reason says why it is held, in one word; it is empty otherwise.
	Reason string
	// Why says for people what it waits for.
	Why string
	// Remedy says what a person can do about a workload that is held.
	Remedy string
	// Stamp is what the pod template has, and Want what it should have.
	Stamp, Want string
}

// Look says how far both workloads have come, by the plan that the leader would make of
// what is stored, at the time now. It changes nothing. What only the leader remembers, that another
// writer contests a stamp, it does not know.
func Look(ctx context.Context, c client.Client, known *extraconfig.Cluster, p Policy, now time.Time) ([]Stage, error) {
	r := newReconciler(c, c, nil, nil, Options{
		Cluster: func() *extraconfig.Cluster { return known },
		Policy:  p,
		Now:     func() time.Time { return now },
	})
	if err := errors.Join(r.find(ctx, r.coreDNS), r.find(ctx, r.nodeLocalDNS)); err != nil {
		return nil, err
	}
	content, err := r.read(ctx)
	if err != nil {
		return nil, err
	}
	g := goals{content.goal(r.coreDNS), content.goal(r.nodeLocalDNS)}
	coreDNS, errCoreDNS := r.snapshot(ctx, r.coreDNS, g.coreDNS)
	nodeLocalDNS, errNodeLocalDNS := r.snapshot(ctx, r.nodeLocalDNS, g.nodeLocalDNS)
	if err := errors.Join(errCoreDNS, errNodeLocalDNS); err != nil {
		return nil, err
	}
	forCoreDNS, forNodeLocalDNS := plan(r.now(), g, coreDNS, nodeLocalDNS, p)
	stages := make([]Stage, 0, 2)
	for i, v := range []verdict{forCoreDNS, forNodeLocalDNS} {
		t := r.targets()[i]
		s := Stage{Kind: t.kind, Name: t.name, Phase: string(v.phase), Reason: string(v.reason), Why: v.why, Want: content.stamps[t.name]}
		if v.quote != "" {
			s.Why += ": " + clip(v.quote, messageBytes)
		}
		if t.workload != nil {
			s.Stamp = stampOf(t.workload)
		}
		if v.phase == held {
			s.Remedy = v.remedy(t, r.previous(content, v))
		}
		stages = append(stages, s)
	}
	return stages, nil
}
