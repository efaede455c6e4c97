package plan

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// on puts a pod on a node.
func on(node string, p Pod) Pod {
	p.Node, p.Name = node, p.Name+"-"+node
	return p
}

// ended gives a pod its last end.
func ended(p Pod, reason string, code int32, ran time.Duration) Pod {
	p.Ends = []End{{reason, code, ran}}
	return p
}

// daemonSet is one in the middle of a rollout from old to new content that began a minute ago,
// with these nodes broken before.
func daemonSet(broken string, pods ...Pod) *State {
	s := unsettled("new", time.Minute, pods...)
	s.PerNode = true
	s.Updated = int32(len(s.fresh()))
	s.Record.Before = Before{Size: len(pods), Nodes: strings.Fields(broken)}
	return s
}

// many are pods on nodes of their own.
func many(n int, p Pod) []Pod {
	var pods []Pod
	for i := range n {
		pods = append(pods, on(fmt.Sprint(p.Stamp, i), p))
	}
	return pods
}

// What was broken before a rollout does not brake or hold it, and what the content cannot
// explain does not count.
func TestBaseline(t *testing.T) {
	t.Parallel()
	const hour = time.Hour
	crash := looping("new", 10*time.Second)
	for _, tc := range []struct {
		name         string
		nodeLocalDNS *State
		want         string
	}{
		{"a node that was broken before does not brake", daemonSet("a", on("a", crash), on("b", up("old", hour)), on("c", up("old", hour))), "rolling"},
		{"nor hold", daemonSet("a", on("a", crash), on("b", up("new", hour)), on("c", up("new", hour))), "done: conclude"},
		{"nor if it still has its old pod", daemonSet("a", on("a", starting("old", hour)), on("b", up("new", hour)), on("c", up("new", hour))), "done: conclude"},
		{
			"nor if that pod cannot go, as the node is dead",
			with(daemonSet("a", on("b", up("new", hour)), on("c", up("new", hour))), func(s *State) { s.Size, s.Going = 3, []Going{{"a", ago(time.Minute)}} }),
			"done: conclude",
		},
		{"the others soak all the same", daemonSet("a", on("a", crash), on("b", up("new", time.Minute)), on("c", up("new", 10*time.Second))), "soaking"},
		{"one that has left is not counted", with(daemonSet("a", on("b", up("new", hour)), on("c", up("new", hour))), func(s *State) { s.Size = 3 }), "rolling"},
		{"another that breaks holds", daemonSet("a", on("a", crash), on("b", crash), on("c", up("new", hour))), "held PodsRestart"},
		{
			"pods of a template with the same stamp, which somebody restarts, are not new",
			with(daemonSet("a", on("a", crash), on("b", up("new", hour)), on("c", up("new", hour))), func(s *State) { s.Updated = 1 }),
			"rolling",
		},
		{"one that is well now has no excuse left", daemonSet("a", on("a", up("new", hour)), on("b", starting("new", hour)), on("c", up("new", hour))), "rolling"},

		{"one crash of a few is enough", daemonSet("", append(many(3, up("old", hour)), on("a", crash), on("b", up("new", hour)))...), "brake to old"},
		{"one of many is not", daemonSet("", append(many(20, up("old", hour)), append(many(5, up("new", hour)), on("a", crash))...)...), "held PodsRestart"},
		{"two of six are", daemonSet("", append(many(20, up("old", hour)), append(many(4, up("new", hour)), on("a", crash), on("b", crash))...)...), "brake to old"},
		{"two of forty are not", daemonSet("", append(many(60, up("old", hour)), append(many(38, up("new", hour)), on("a", crash), on("b", crash))...)...), "held PodsRestart"},
		{"three always are", daemonSet("", append(many(60, up("old", hour)), append(many(37, up("new", hour)), on("a", crash), on("b", crash), on("c", crash))...)...), "brake to old"},
		{"there is nothing to spare where the old pods crash, too", daemonSet("", on("a", crash), on("b", looping("old", hour)), on("c", looping("old", hour))), "held PodsRestart"},

		{"a reboot is no crash", daemonSet("", on("a", ended(restarted("new", time.Second), "Unknown", 255, 20*time.Second)), on("b", up("old", hour))), "rolling"},
		{"nor is an unknown end after a while", daemonSet("", on("a", ended(restarted("new", time.Second), "Error", 255, hour)), on("b", up("old", hour))), "rolling"},
		{"nor being told to end", daemonSet("", on("a", ended(restarted("new", time.Second), "Completed", 0, hour)), on("b", up("old", hour))), "rolling"},
		{"nor being out of memory after a while", daemonSet("", on("a", ended(restarted("new", time.Second), "OOMKilled", 137, hour)), on("b", up("old", hour))), "rolling"},
		{"at the start it is", daemonSet("", on("a", ended(crash, "OOMKilled", 137, time.Second)), on("b", up("old", hour))), "brake to old"},
		{"a panic is one after a while, too", daemonSet("", on("a", ended(crash, "Error", 2, hour)), on("b", up("old", hour))), "brake to old"},

		{
			"a node that joins is no progress",
			with(daemonSet("", on("a", up("new", 8*time.Minute)), on("b", starting("new", 7*time.Minute)), on("joined", up("new", time.Minute))), func(s *State) {
				s.StampedAt, s.Record.Before.Size = ago(9*time.Minute), 2
			}),
			"held DeadlineExceeded",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			g := Goal{Hash: "new"}
			if _, v := Make(noon, Goals{g, g}, completed("new"), tc.nodeLocalDNS, policy); inShort(v) != tc.want {
				t.Errorf("node-local-dns: %s (%s), want %s", inShort(v), v.Why, tc.want)
			}
		})
	}
}

// A replica that was not available before holds nobody up; one more does.
func TestBaselineOfADeployment(t *testing.T) {
	t.Parallel()
	const hour = time.Hour
	state := func(before Before, available int32, pods ...Pod) *State {
		s := unsettled("new", time.Minute, pods...)
		s.Updated, s.Existing, s.Available = s.Size, s.Size, available
		s.Record.Before = before
		return s
	}
	for _, tc := range []struct {
		name    string
		coreDNS *State
		want    string
	}{
		{"one that was pending since ever", state(Before{Size: 3, Unavailable: 1}, 2, up("new", hour), up("new", hour), starting("new", hour)), "done: conclude"},
		{"one more", state(Before{Size: 3, Unavailable: 1}, 1, up("new", hour), starting("new", hour), starting("new", hour)), "rolling"},
		{"one that crashed before", state(Before{Size: 3, Unavailable: 1, Crashing: 1}, 2, up("new", hour), up("new", hour), looping("new", hour)), "done: conclude"},
		{"one more that crashes", state(Before{Size: 3, Unavailable: 1, Crashing: 1}, 1, up("new", hour), looping("new", hour), looping("new", hour)), "held PodsRestart"},
		{
			"those of an autoscaler are progress",
			with(unsettled("new", 9*time.Minute, up("new", 8*time.Minute), up("new", 7*time.Minute), starting("new", time.Minute)), func(s *State) { s.Record.Before.Size = 2 }),
			"rolling",
		},
		{"one that was pending and crashes now", state(Before{Size: 3, Unavailable: 1}, 2, up("new", hour), up("new", hour), looping("new", hour)), "held PodsRestart"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			g := Goal{Hash: "new"}
			if v, _ := Make(noon, Goals{g, g}, tc.coreDNS, completed("old"), policy); inShort(v) != tc.want {
				t.Errorf("CoreDNS: %s (%s), want %s", inShort(v), v.Why, tc.want)
			}
		})
	}
}

// The baseline is taken before a rollout of content that worked. Where that did not, only pods
// that do not have it tell how things were.
func TestBaselineIsTakenBeforeTheStamp(t *testing.T) {
	t.Parallel()
	const hour = time.Hour
	pods := []Pod{on("a", looping("old", hour)), on("b", up("old", hour)), on("c", starting("old", hour)), on("d", restarted("old", time.Minute))}
	perNode := func(s *State) { s.PerNode = true }
	dead := func(s *State) { s.Going = []Going{{"e", ago(hour)}, {"f", ago(time.Second)}} }
	for _, tc := range []struct {
		name string
		w    *State
		want Before
	}{
		{"of a DaemonSet by node", with(with(with(completed("old"), perNode), dead), func(s *State) { s.Pods, s.Size, s.Looked = pods, 5, true }), Before{Size: 5, Nodes: []string{"a", "c", "d", "e"}}},
		{"of a Deployment in numbers", with(completed("old"), func(s *State) { s.Pods, s.Size, s.Looked = pods, 5, true }), Before{Size: 5, Unavailable: 3, Crashing: 2}},
		{"of one that was never stamped", with(settled("", hour, looping("", hour), up("", hour)), perNode), Before{Size: 2, Nodes: []string{""}}},
		{"not of content that failed", with(with(unsettled("old", hour, pods...), perNode), func(s *State) { s.Record.Before = Before{Size: 9, Nodes: []string{"z"}} }), Before{Size: 9, Nodes: []string{"z"}}},
		{"but of what had not got that", with(unsettled("bad", hour, append(pods, on("g", looping("bad", hour)))...), perNode), Before{Nodes: []string{"a", "c", "d"}}},
		{"also where it was opened again", with(with(settled("old", hour, pods...), perNode), func(s *State) { s.Record = Record{Completed: "old", Reopened: true} }), Before{Size: 4, Nodes: []string{"a", "c", "d"}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got := tc.w.before(noon, policy)
			if got.Size != tc.want.Size || !slices.Equal(got.Nodes, tc.want.Nodes) || got.Unavailable != tc.want.Unavailable || got.Crashing != tc.want.Crashing {
				t.Errorf("%+v, want %+v", got, tc.want)
			}
		})
	}
}

// Braked content is tried again after a time that doubles, and at once where somebody wants it.
func TestBrakedContentIsTriedAgain(t *testing.T) {
	t.Parallel()
	braked := func(since time.Duration, times int) *State {
		s := settled("old", time.Hour, up("old", time.Hour))
		s.Record.Brake = Brake{Braked: "new", At: ago(since), Times: times, Retry: "1"}
		s.Retry = "1"
		return s
	}
	goal := Goal{Hash: "new"}
	for _, tc := range []struct {
		name  string
		goal  Goal
		w     *State
		retry time.Duration
		want  string
		again time.Duration
	}{
		{"after ten minutes", goal, braked(10*time.Minute, 1), 10 * time.Minute, "stamp new", 0},
		{"not before", goal, braked(9*time.Minute, 1), 10 * time.Minute, "held Braked", time.Minute},
		{"then after twenty", goal, braked(10*time.Minute, 2), 10 * time.Minute, "held Braked", 10 * time.Minute},
		{"then after forty", goal, braked(10*time.Minute, 3), 10 * time.Minute, "held Braked", 30 * time.Minute},
		{"at last once a day", goal, braked(time.Hour, 99), 10 * time.Minute, "held Braked", 23 * time.Hour},
		{"never, if that is wanted", goal, braked(1000*time.Hour, 1), 0, "held Braked", 0},
		{"at once by the annotation", goal, with(braked(time.Minute, 5), func(s *State) { s.Retry = "2" }), 10 * time.Minute, "stamp new", 0},
		{"at once by a write of the same", Goal{Hash: "new", Written: ago(time.Second)}, braked(time.Minute, 5), 10 * time.Minute, "stamp new", 0},
		{"not by the write that was braked", Goal{Hash: "new", Written: ago(2 * time.Minute)}, braked(time.Minute, 1), 10 * time.Minute, "held Braked", 9 * time.Minute},
		{"other content is no retry", Goal{Hash: "newer"}, braked(time.Minute, 5), 10 * time.Minute, "stamp newer", 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			p := policy
			p.Retry = tc.retry
			_, v := Make(noon, Goals{tc.goal, tc.goal}, completed(tc.goal.Hash), tc.w, p)
			if inShort(v) != tc.want {
				t.Errorf("%s, want %s", inShort(v), tc.want)
			}
			if want := noon.Add(tc.again); tc.again != 0 && !v.Again.Equal(want) {
				t.Errorf("looks again at %s, want %s", v.Again, want)
			}
			if kept := v.Record.Braked == tc.goal.Hash; v.Step == SetStamp && kept != (tc.goal.Hash == "new") {
				t.Errorf("keeps %+v", v.Record)
			}
		})
	}
	again := with(daemonSet("", on("a", looping("new", time.Second)), on("b", up("old", time.Hour))), func(s *State) { s.Record.Brake = brakedOnce("new") })
	if _, v := Make(noon, Goals{goal, goal}, completed("new"), again, policy); v.Step != GoBack || v.Record.Times != 2 {
		t.Errorf("%s for the %d. time, want to go back for the second", inShort(v), v.Record.Times)
	}
}
