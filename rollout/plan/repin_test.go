package plan

import (
	"testing"
	"time"
)

// unpinned is such a pod that loads a ConfigMap itself.
func unpinned(pod Pod) Pod {
	pod.Unpinned = true
	return pod
}

// replicas is a Deployment that was rolled out for old content, with pods "uid-0" and so on.
func replicas(pods ...Pod) *State {
	return with(nodes(pods...), func(s *State) { s.PerNode = false })
}

// A pod that was created while no webhook answered gives way to one that loads copies.
func TestRepin(t *testing.T) {
	t.Parallel()
	const hour = time.Hour
	well, loose := up("old", hour), unpinned(up("old", hour))
	held := Goal{Hash: "new", Invalid: "bad"}
	last := func(since time.Duration, times int) func(*State) {
		return func(s *State) { s.Record.Repin = Repin{At: ago(since), Times: times} }
	}
	for _, tc := range []struct {
		name                          string
		goal                          Goal
		coreDNS, nodeLocalDNS         *State
		policy                        func(*Policy)
		wantCoreDNS, wantNodeLocalDNS string
		again                         time.Duration
		times                         int // kept on the workload
	}{
		{name: "one pod at a time", coreDNS: replicas(well, loose, loose), nodeLocalDNS: nodes(well, well), wantCoreDNS: "done: replace uid-1", wantNodeLocalDNS: "done", times: 1},
		{name: "of one layer at a time", coreDNS: replicas(well, loose), nodeLocalDNS: nodes(well, loose), wantCoreDNS: "done: replace uid-1", wantNodeLocalDNS: "done", times: 1},
		{name: "then of the other", coreDNS: replicas(well, well), nodeLocalDNS: nodes(loose, well), wantCoreDNS: "done", wantNodeLocalDNS: "done: replace uid-0", times: 1},
		{name: "also without the other", nodeLocalDNS: nodes(loose, well), wantCoreDNS: "absent", wantNodeLocalDNS: "done: replace uid-0", times: 1},
		{name: "not where pods load the ConfigMap as it is", policy: func(p *Policy) { p.Pinned = false }, coreDNS: replicas(well, loose), nodeLocalDNS: nodes(well), wantCoreDNS: "done", wantNodeLocalDNS: "done"},
		{name: "also while what is stored is held, which may come to run in it", goal: held, coreDNS: with(replicas(well, loose), reopened), nodeLocalDNS: with(nodes(well, well), reopened), wantCoreDNS: "held InvalidContent: replace uid-1", wantNodeLocalDNS: "held InvalidContent", times: 1},

		{name: "never the only pod that serves", coreDNS: replicas(loose), nodeLocalDNS: nodes(well, well), wantCoreDNS: "done", wantNodeLocalDNS: "done", again: poll},
		{name: "not while another pod is down", coreDNS: replicas(loose, starting("old", time.Second)), nodeLocalDNS: nodes(well, well), wantCoreDNS: "done", wantNodeLocalDNS: "done", again: poll},
		{name: "nor has come up just now", coreDNS: replicas(loose, up("old", 29*time.Second)), nodeLocalDNS: nodes(well, well), wantCoreDNS: "done", wantNodeLocalDNS: "done", again: poll},
		{name: "nor is missing", coreDNS: with(replicas(loose, well), func(s *State) { s.Size = 3 }), nodeLocalDNS: nodes(well, well), wantCoreDNS: "done", wantNodeLocalDNS: "done", again: poll},
		{name: "nor is going", coreDNS: with(replicas(loose, well), func(s *State) { s.Going = []Going{{"c", ago(time.Second)}} }), nodeLocalDNS: nodes(well, well), wantCoreDNS: "done", wantNodeLocalDNS: "done", again: poll},
		{name: "nor in the other layer", coreDNS: replicas(loose, well), nodeLocalDNS: nodes(well, looping("old", hour)), wantCoreDNS: "done", wantNodeLocalDNS: "done", again: poll},
		{name: "but for one that was broken before", coreDNS: replicas(loose, well), nodeLocalDNS: with(nodes(well, looping("old", hour)), func(s *State) { s.Record.Before = Before{Size: 2, Nodes: []string{"b"}} }), wantCoreDNS: "done: replace uid-0", wantNodeLocalDNS: "done", times: 1},
		{name: "one that is down takes nothing down", coreDNS: replicas(unpinned(looping("old", hour)), looping("old", hour)), nodeLocalDNS: nodes(well, looping("old", hour)), wantCoreDNS: "done: replace uid-0", wantNodeLocalDNS: "done", times: 1},
		{name: "so does one that does not start", coreDNS: replicas(well, unpinned(starting("old", 5*time.Minute))), nodeLocalDNS: nodes(well, well), wantCoreDNS: "done: replace uid-1", wantNodeLocalDNS: "done", times: 1},
		{name: "one that has only just been created may come up", coreDNS: replicas(well, unpinned(starting("old", 5*time.Minute-time.Second))), nodeLocalDNS: nodes(well, well), wantCoreDNS: "done", wantNodeLocalDNS: "done"},
		{name: "not where no pod may be deleted", coreDNS: with(replicas(well, loose), func(s *State) { s.MayNotDelete = true }), nodeLocalDNS: nodes(well, well), wantCoreDNS: "done", wantNodeLocalDNS: "done"},
		{name: "not while content is rolled out", goal: Goal{Hash: "new"}, coreDNS: replicas(well, loose), nodeLocalDNS: nodes(well, well), wantCoreDNS: "stamp new", wantNodeLocalDNS: "waiting"},
		{name: "not while content is tried", goal: Goal{Hash: "new"}, coreDNS: with(replicas(well, well), func(s *State) { s.Stamp, s.Record.Completed = "new", "new" }), nodeLocalDNS: trying(up("old", time.Second), loose), wantCoreDNS: "done", wantNodeLocalDNS: "waiting", again: poll},

		{name: "the next one is pinned", coreDNS: with(replicas(loose, up("old", time.Minute)), last(time.Minute, 4)), nodeLocalDNS: nodes(well, well), wantCoreDNS: "done: replace uid-0", wantNodeLocalDNS: "done", times: 1},
		{name: "where that is no better, it takes a while until another is deleted", coreDNS: with(replicas(well, unpinned(up("old", time.Minute))), last(time.Minute, 1)), nodeLocalDNS: nodes(well, well), wantCoreDNS: "done", wantNodeLocalDNS: "done", again: 9 * time.Minute},
		{name: "then one is", coreDNS: with(replicas(well, unpinned(up("old", 10*time.Minute))), last(10*time.Minute, 1)), nodeLocalDNS: nodes(well, well), wantCoreDNS: "done: replace uid-1", wantNodeLocalDNS: "done", times: 2},
		{name: "and twice as long until the next", coreDNS: with(replicas(well, unpinned(up("old", 10*time.Minute))), last(10*time.Minute, 2)), nodeLocalDNS: nodes(well, well), wantCoreDNS: "done", wantNodeLocalDNS: "done", again: 10 * time.Minute},
		{name: "or never", policy: func(p *Policy) { p.Retry = 0 }, coreDNS: with(replicas(well, unpinned(up("old", 30*time.Minute))), last(hour, 1)), nodeLocalDNS: nodes(well, well), wantCoreDNS: "done", wantNodeLocalDNS: "done"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			g, p := tc.goal, policy
			if g.Hash == "" {
				g.Hash = "old"
			}
			if p.Pinned = true; tc.policy != nil {
				tc.policy(&p)
			}
			c, n := Make(noon, Goals{g, g}, tc.coreDNS, tc.nodeLocalDNS, p)
			if inShort(c) != tc.wantCoreDNS || inShort(n) != tc.wantNodeLocalDNS {
				t.Errorf("coredns: %s, node-local-dns: %s, want %s and %s", inShort(c), inShort(n), tc.wantCoreDNS, tc.wantNodeLocalDNS)
			}
			if got := max(c.Record.Repin.Times, n.Record.Repin.Times); got != tc.times {
				t.Errorf("keeps %d times, want %d", got, tc.times)
			}
			if tc.again != 0 && !c.Again.Equal(noon.Add(tc.again)) && !n.Again.Equal(noon.Add(tc.again)) {
				t.Errorf("looks again at %v and %v, want %v", c.Again, n.Again, noon.Add(tc.again))
			}
		})
	}
}

// reopened is a workload that is to be watched once more.
func reopened(s *State) { s.Record.Reopened = true }
