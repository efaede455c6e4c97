package plan

import (
	"fmt"
	"testing"
	"time"
)

// nodes is a DaemonSet that was rolled out for old content, with a pod on each node, a, b and so on.
func nodes(pods ...Pod) *State {
	for i := range pods {
		pods[i].Node, pods[i].UID = string(rune('a'+i)), fmt.Sprint("uid-", i)
	}
	return with(settled("old", time.Hour, pods...), func(s *State) { s.PerNode, s.Record.Completed = true, "old" })
}

// trying is such a DaemonSet whose pod on node a has given way to one that tries the new content,
// since a minute.
func trying(pods ...Pod) *State {
	return with(nodes(pods...), func(s *State) {
		s.Settled, s.Observed = false, true
		s.Record.Canary = Canary{Hash: "new", Node: "a", Replaces: "before", At: ago(time.Minute)}
	})
}

// One pod tries new content before the others.
func TestCanary(t *testing.T) {
	t.Parallel()
	const hour = time.Hour
	well := up("old", hour)
	off := func(p *Policy) { p.Canary = false }
	pinned := func(p *Policy) { p.Pinned = true }
	back := func(s *State) { s.Record.Canary.Back, s.Record.Brake = true, brakedOnce("new") }
	for _, tc := range []struct {
		name         string
		goal         Goal
		nodeLocalDNS *State
		policy       func(*Policy)
		want         string
		node         string // whose pod is deleted
	}{
		{name: "the first node tries it", nodeLocalDNS: nodes(well, well, well), want: "waiting: try new", node: "a"},
		{name: "unless it is not well", nodeLocalDNS: nodes(restarted("old", time.Minute), well, well), want: "waiting: try new", node: "b"},
		{name: "nor ready", nodeLocalDNS: nodes(starting("old", hour), well, well), want: "waiting: try new", node: "b"},
		{name: "one that the content before has brought down is down anyway", nodeLocalDNS: with(nodes(well, looping("old", hour), well), func(s *State) {
			s.Settled, s.Record.Canary = false, Canary{Hash: "bad", Node: "b", Replaces: "before"}
		}), want: "waiting: try new", node: "b"},
		{name: "so is one that does not come up on it", nodeLocalDNS: with(nodes(well, starting("old", hour), well), func(s *State) {
			s.Settled, s.Record.Canary = false, Canary{Hash: "bad", Node: "b", Replaces: "before"}
		}), want: "waiting: try new", node: "b"},
		{name: "one that was broken before that tells nothing", nodeLocalDNS: with(nodes(well, looping("old", hour), well), func(s *State) {
			s.Settled, s.Record.Reopened, s.Record.Before = false, true, Before{Size: 3, Nodes: []string{"b"}}
		}), want: "waiting: try new", node: "a"},
		{name: "one that was never up before the first rollout tells nothing", nodeLocalDNS: with(nodes(starting("", hour), up("", hour), up("", hour)), func(s *State) {
			s.Stamp, s.Record, s.Settled = "", Record{}, false
		}), want: "waiting: try new", node: "b"},

		{name: "not on a single node", nodeLocalDNS: nodes(well), want: "stamp new"},
		{name: "not where each pod is replaced by hand", nodeLocalDNS: with(nodes(well, well), func(s *State) { s.Standstill = "OnDelete" }), want: "stamp new"},
		{name: "not where most pods are down, which the content may mend", nodeLocalDNS: nodes(well, looping("old", hour), looping("old", hour)), want: "stamp new"},
		{name: "not where no pod may be deleted", nodeLocalDNS: with(nodes(well, well), func(s *State) { s.MayNotDelete = true }), want: "stamp new"},
		{name: "not for no content", goal: Goal{Hash: "new", Empty: true}, nodeLocalDNS: nodes(well, well), want: "stamp new"},
		{name: "not if that is switched off", policy: off, nodeLocalDNS: nodes(well, well), want: "stamp new"},
		{name: "also where it was begun", policy: off, nodeLocalDNS: trying(looping("old", time.Minute), well), want: "stamp new"},

		{name: "the pod that has to go is still there", nodeLocalDNS: with(trying(well, well), func(s *State) { s.Record.Canary.Replaces = "uid-0" }), want: "waiting: try new", node: "a"},
		{name: "the next one is not there yet", nodeLocalDNS: with(trying(well, well), func(s *State) { s.Pods = s.Pods[1:] }), want: "waiting"},
		{name: "the next one is bound to no node yet, and the status is behind", nodeLocalDNS: with(trying(starting("old", time.Second), well), func(s *State) { s.Pods[0].Node, s.Settled = "", true }), want: "waiting"},
		{name: "it is going", nodeLocalDNS: with(trying(well, well), func(s *State) { s.Pods, s.Going = s.Pods[1:], []Going{{"a", ago(time.Second)}} }), want: "waiting"},
		{name: "it starts", nodeLocalDNS: trying(starting("old", time.Second), well), want: "waiting"},
		{name: "it must stay up", nodeLocalDNS: trying(up("old", 29*time.Second), well), want: "waiting"},
		{name: "then the others follow", nodeLocalDNS: trying(up("old", 30*time.Second), well), want: "stamp new"},
		{name: "also where a node is broken", nodeLocalDNS: with(trying(up("old", 30*time.Second), well, starting("old", hour)), func(s *State) {
			s.Record.Before = Before{Size: 3, Nodes: []string{"c"}}
		}), want: "stamp new"},
		{name: "not while another pod is being replaced", nodeLocalDNS: trying(up("old", 30*time.Second), well, starting("old", time.Second)), want: "waiting"},
		{name: "it crashes", nodeLocalDNS: trying(looping("old", time.Minute), well), want: "held CanaryCrashes"},
		{name: "it has crashed", nodeLocalDNS: trying(restarted("old", 40*time.Second), well), want: "held CanaryCrashes"},
		{name: "also where others have a stamp to go back to", nodeLocalDNS: with(trying(looping("old", time.Minute), up("older", hour)), func(s *State) { s.Going = []Going{{"c", ago(time.Second)}} }), want: "held CanaryCrashes"},
		{name: "it does not come up", nodeLocalDNS: with(trying(starting("old", 5*time.Minute), well), func(s *State) { s.Record.Canary.At = ago(5 * time.Minute) }), want: "held DeadlineExceeded"},
		{name: "its node has left", nodeLocalDNS: with(trying(well, well, well), func(s *State) { s.Pods, s.Size = s.Pods[1:], 2 }), want: "waiting: try new", node: "b"},
		{name: "newer content is tried where a pod is down already", goal: Goal{Hash: "newer"}, nodeLocalDNS: trying(looping("old", time.Minute), well), want: "waiting: try newer", node: "a"},
		{name: "no content mends it at once", goal: Goal{Hash: "none", Empty: true}, nodeLocalDNS: trying(looping("old", time.Minute), well), want: "stamp none"},
		{name: "a former version's word for it counts", goal: Goal{Hash: "v2:new", Former: []string{"new"}}, nodeLocalDNS: trying(looping("old", time.Minute), well), want: "held CanaryCrashes"},

		{name: "the content before is given back to it", goal: Goal{Hash: "old"}, nodeLocalDNS: trying(looping("old", time.Minute), well), want: "rolling: back from new", node: "a"},
		{name: "also if it is well", goal: Goal{Hash: "old"}, nodeLocalDNS: trying(up("old", time.Minute), well), want: "rolling: back from new", node: "a"},
		{name: "not if it has not tried anything yet", goal: Goal{Hash: "old"}, nodeLocalDNS: with(trying(well, well), func(s *State) { s.Record.Canary.Replaces = "uid-0" }), want: "rolling: back from new"},
		{name: "a new leader deletes what the last one did not", goal: Goal{Hash: "old"}, nodeLocalDNS: with(trying(well, well), func(s *State) {
			s.Record.Canary.Back, s.Record.Canary.Replaces = true, "uid-0"
		}), want: "rolling: back from new", node: "a"},
		{name: "and it is watched", goal: Goal{Hash: "old"}, nodeLocalDNS: with(trying(up("old", 10*time.Second), well), func(s *State) { s.Settled, s.Record.Canary.Back = true, true }), want: "soaking"},
		{name: "until all is as it was", goal: Goal{Hash: "old"}, nodeLocalDNS: with(trying(up("old", time.Minute), well), func(s *State) { s.Settled, s.Record.Canary.Back = true, true }), want: "done: conclude"},
		{name: "also where nothing was ever stamped", goal: Goal{Hash: "none", Empty: true}, nodeLocalDNS: with(trying(up("", 10*time.Second), up("", hour)), func(s *State) {
			s.Stamp, s.StampedAt, s.Settled, s.Record.Completed, s.Record.Canary.Back = "", time.Time{}, true, "", true
		}), want: "soaking"},
		{name: "what was given back may be tried again", nodeLocalDNS: with(trying(up("old", time.Minute), well), func(s *State) { s.Settled, s.Record.Canary.Back = true, true }), want: "waiting: try new", node: "a"},

		{name: "where pods are pinned, a node that crashes gets the content before at once", policy: pinned, nodeLocalDNS: trying(looping("old", time.Minute), well), want: "held Braked: back from new", node: "a"},
		{name: "whatever is stored by then", policy: pinned, goal: Goal{Hash: "newer", Invalid: "bad"}, nodeLocalDNS: trying(looping("old", time.Minute), well), want: "held Braked: back from new", node: "a"},
		{name: "not if it is the pod before that crashes", policy: pinned, nodeLocalDNS: with(trying(looping("old", time.Minute), well), func(s *State) { s.Record.Canary.Replaces = "uid-0" }), want: "waiting: try new", node: "a"},
		{name: "a new leader does what the last one did not", policy: pinned, nodeLocalDNS: with(with(trying(looping("old", time.Minute), well), back), func(s *State) { s.Record.Canary.Replaces = "uid-0" }), want: "waiting: back from new", node: "a"},
		{name: "then the content is braked", policy: pinned, nodeLocalDNS: with(trying(up("old", time.Second), well), back), want: "held Braked"},
		{name: "until it is time to try again", policy: pinned, nodeLocalDNS: with(with(trying(up("old", time.Second), well), back), func(s *State) { s.Record.At, s.Settled = ago(hour), true }), want: "waiting: try new", node: "b"},
		{name: "or somebody asks for it", policy: pinned, nodeLocalDNS: with(with(trying(up("old", time.Second), well, well), back), func(s *State) { s.Retry, s.Settled = "now", true }), want: "waiting: try new", node: "b"},
		{name: "or has written it since", policy: pinned, goal: Goal{Hash: "new", Written: ago(time.Second)}, nodeLocalDNS: with(with(trying(up("old", time.Second), well), back), func(s *State) { s.Settled = true }), want: "waiting: try new", node: "b"},
		{name: "the next node tries newer content, too", policy: pinned, goal: Goal{Hash: "newer"}, nodeLocalDNS: with(with(trying(up("old", time.Second), well), back), func(s *State) { s.Settled = true }), want: "waiting: try newer", node: "b"},
		{name: "also where the first is down still", policy: pinned, goal: Goal{Hash: "newer"}, nodeLocalDNS: with(with(trying(looping("old", time.Second), well, well), back), func(s *State) { s.Record.Canary.Replaces = "before" }), want: "waiting: try newer", node: "b"},
		{name: "after the last node it is the first's turn again", policy: pinned, nodeLocalDNS: with(with(trying(well, well, up("old", time.Second)), back), func(s *State) { s.Record.At, s.Record.Canary.Node, s.Settled = ago(hour), "c", true }), want: "waiting: try new", node: "a"},
		{name: "a node on which nothing comes up gets the content before, too", policy: pinned, nodeLocalDNS: with(trying(starting("old", 5*time.Minute), well), func(s *State) { s.Record.Canary.At = ago(5 * time.Minute) }), want: "held Braked: back from new", node: "a"},
		{name: "also if its pod cannot go, as the node is dead", policy: pinned, nodeLocalDNS: with(trying(well, well), func(s *State) {
			s.Pods, s.Going, s.Record.Canary.At, s.Size = s.Pods[1:], []Going{{"a", ago(hour)}}, ago(5*time.Minute), 3
		}), want: "held Braked: back from new"},

		{name: "where pods share the ConfigMap, another node tries it when somebody asks for it", nodeLocalDNS: with(trying(looping("old", time.Minute), well, well), func(s *State) { s.Retry = "now" }), want: "waiting: try new", node: "b"},
		{name: "or has written it since", goal: Goal{Hash: "new", Written: ago(time.Second)}, nodeLocalDNS: trying(looping("old", time.Minute), well, well), want: "waiting: try new", node: "b"},
		{name: "not by itself, as that may take one node more down", nodeLocalDNS: with(trying(looping("old", hour), well, well), func(s *State) { s.Record.Canary.At = ago(24 * hour) }), want: "held CanaryCrashes"},
		{name: "nor twice for one word", nodeLocalDNS: with(trying(looping("old", time.Minute), looping("old", time.Minute), well), func(s *State) { s.Retry, s.Record.Canary.Node, s.Record.Canary.Retry = "now", "b", "now" }), want: "held CanaryCrashes"},
		{name: "nor where there is no other", nodeLocalDNS: with(trying(looping("old", time.Minute), starting("old", hour)), func(s *State) { s.Retry = "now" }), want: "held CanaryCrashes"},
		{name: "it is tried elsewhere where none comes up, too", nodeLocalDNS: with(trying(starting("old", 5*time.Minute), well), func(s *State) { s.Retry, s.Record.Canary.At = "now", ago(5*time.Minute) }), want: "waiting: try new", node: "b"},
		{name: "where another node is well with it, the others follow", nodeLocalDNS: with(trying(looping("old", hour), up("old", 30*time.Second), well), func(s *State) { s.Record.Canary.Node = "b" }), want: "stamp new"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			g, p := tc.goal, policy
			if g.Hash == "" {
				g.Hash = "new"
			}
			if tc.policy != nil {
				tc.policy(&p)
			}
			_, v := Make(noon, Goals{g, g}, completed(g.Hash), tc.nodeLocalDNS, p)
			if inShort(v) != tc.want || v.Pod.Node != tc.node {
				t.Errorf("node-local-dns: %s, and the pod of %q is deleted (%s), want %s, and that of %q", inShort(v), v.Pod.Node, v.Why, tc.want, tc.node)
			}
			if c := v.Record.Canary; tc.node != "" && (c.Node != tc.node || c.Replaces != v.Pod.UID) {
				t.Errorf("keeps %+v, and deletes %+v", c, v.Pod)
			}
			if v.Step == SetStamp && v.Record.Canary.Hash != "" || v.Step == Conclude && v.Record.Canary.Hash != "" {
				t.Errorf("still keeps %+v", v.Record.Canary)
			}
		})
	}
}
