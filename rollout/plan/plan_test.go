package plan

import (
	"cmp"
	"strings"
	"testing"
	"time"
)

// The clock of these tests stands at noon. Stamps are of content "old", then "new".
var noon = time.Date(2030, 1, 1, 12, 0, 0, 0, time.UTC)

func ago(d time.Duration) time.Time { return noon.Add(-d) }

var policy = Policy{Soak: 30 * time.Second, Deadline: 5 * time.Minute, Interval: 5 * time.Second, BrakePods: 3, BrakeShare: 0.25, Retry: 10 * time.Minute, Canary: true}

// up is a pod that was created and came up some time ago.
func up(stamp string, since time.Duration) Pod {
	return Pod{Name: "pod-" + stamp, Stamp: stamp, Created: ago(since), Ready: true, Started: ago(since), UpSince: ago(since)}
}

// starting is a pod that was created some time ago and is not ready.
func starting(stamp string, since time.Duration) Pod {
	return Pod{Name: "pod-" + stamp, Stamp: stamp, Created: ago(since), UpSince: noon, State: "container dns: ContainerCreating"}
}

// looping is a pod that crashes again and again.
func looping(stamp string, since time.Duration) Pod {
	return Pod{
		Name: "pod-" + stamp, Stamp: stamp, Created: ago(since), UpSince: noon, Restarts: 2, Down: true,
		State: "container dns: Error, exit code 1", Said: "its last words",
	}
}

// restarted is a pod that is up again since some time after a crash.
func restarted(stamp string, since time.Duration) Pod {
	p := up(stamp, since)
	p.Restarts = 1
	return p
}

// workloads in the states that a rollout goes through.
func settled(stamp string, stampedAgo time.Duration, pods ...Pod) *State {
	return &State{Stamp: stamp, StampedAt: ago(stampedAgo), Observed: true, Settled: true, Size: int32(len(pods)), Pods: pods, Looked: true}
}

// completed is a workload whose rollout was concluded. Its pods are not looked at.
func completed(stamp string) *State {
	return with(settled(stamp, time.Hour), func(s *State) { s.Record.Completed = stamp })
}

// brakedOnce was braked a minute ago.
func brakedOnce(stamp string) Brake { return Brake{Braked: stamp, At: ago(time.Minute), Times: 1} }

func unsettled(stamp string, stampedAgo time.Duration, pods ...Pod) *State {
	s := settled(stamp, stampedAgo, pods...)
	s.Settled = false
	return s
}

func with(s *State, change func(*State)) *State {
	change(s)
	return s
}

// A want is a verdict in short: "phase", "phase reason" or "stamp" or "brake to HASH".
func inShort(v Verdict) string {
	short := strings.TrimSpace(string(v.Phase) + " " + string(v.Reason))
	switch v.Step {
	case SetStamp:
		return "stamp " + v.Stamp
	case GoBack:
		return strings.TrimSpace("brake to " + v.Stamp)
	case Conclude:
		return short + ": conclude"
	case Adopt:
		return short + ": adopt"
	case Reopen:
		return short + ": reopen"
	case StartCanary:
		return short + ": try " + v.Record.Canary.Hash
	case EndCanary:
		return short + ": back from " + v.Record.Canary.Hash
	case ReplaceUnpinned:
		return short + ": replace " + v.Pod.UID
	}
	return short
}

func TestPlan(t *testing.T) {
	t.Parallel()
	const hour = time.Hour
	oldDaemonSet := completed("old")
	for _, tc := range []struct {
		name                  string
		goal                  Goal
		forNodeLocalDNS       string // its hash, if that is another one
		coreDNS, nodeLocalDNS *State
		policy                func(*Policy)
		wantCoreDNS           string
		wantNodeLocalDNS      string
		again                 time.Duration // from noon, the earlier of both; 0 for never
	}{
		// The good way.
		{
			name:    "new content is stamped on CoreDNS alone",
			coreDNS: completed("old"), nodeLocalDNS: oldDaemonSet,
			wantCoreDNS: "stamp new", wantNodeLocalDNS: "waiting",
		},
		{
			name:    "the DaemonSet waits while pods of CoreDNS start",
			coreDNS: unsettled("new", 2*time.Second, up("old", hour), starting("new", time.Second)), nodeLocalDNS: oldDaemonSet,
			wantCoreDNS: "rolling", wantNodeLocalDNS: "waiting", again: 5 * time.Second,
		},
		{
			name:    "and while they soak",
			coreDNS: settled("new", time.Minute, up("new", 40*time.Second), up("new", 20*time.Second)), nodeLocalDNS: oldDaemonSet,
			wantCoreDNS: "soaking", wantNodeLocalDNS: "waiting", again: 10 * time.Second,
		},
		{
			name:    "it follows when the last of them has been up for the soak time",
			coreDNS: settled("new", time.Minute, up("new", 40*time.Second), up("new", 30*time.Second)), nodeLocalDNS: oldDaemonSet,
			wantCoreDNS: "done: conclude", wantNodeLocalDNS: "stamp new",
		},
		{
			name:    "its own pods soak, too",
			coreDNS: completed("new"), nodeLocalDNS: settled("new", time.Minute, up("new", 10*time.Second)),
			wantCoreDNS: "done", wantNodeLocalDNS: "soaking", again: 20 * time.Second,
		},
		{
			name:    "then all is concluded",
			coreDNS: completed("new"), nodeLocalDNS: settled("new", time.Minute, up("new", 30*time.Second)),
			wantCoreDNS: "done", wantNodeLocalDNS: "done: conclude",
		},
		{
			name:    "and from then on it is done, whatever becomes of its pods",
			coreDNS: completed("new"), nodeLocalDNS: with(unsettled("new", hour, looping("new", hour)), func(s *State) { s.Record.Completed = "new" }),
			wantCoreDNS: "done", wantNodeLocalDNS: "done",
		},
		{
			name: "without content, unstamped workloads are done",
			goal: Goal{Hash: "none", Empty: true, Deleted: true}, coreDNS: settled("", 0), nodeLocalDNS: settled("", 0),
			wantCoreDNS: "done", wantNodeLocalDNS: "done",
		},
		{
			name:    "a clock that is behind makes the soak longer, not shorter",
			coreDNS: settled("new", time.Minute, up("new", -time.Second)), nodeLocalDNS: oldDaemonSet,
			wantCoreDNS: "soaking", wantNodeLocalDNS: "waiting", again: 31 * time.Second,
		},
		{
			name:    "a status that is ahead of the pods is not believed",
			coreDNS: settled("new", time.Minute, up("old", hour)), nodeLocalDNS: oldDaemonSet,
			wantCoreDNS: "rolling", wantNodeLocalDNS: "waiting", again: 5 * time.Second,
		},

		{
			name:    "the DaemonSet waits while somebody else restarts CoreDNS",
			coreDNS: with(unsettled("new", hour, up("new", hour), starting("new", time.Second)), func(s *State) { s.Record.Completed = "new" }), nodeLocalDNS: oldDaemonSet,
			wantCoreDNS: "done", wantNodeLocalDNS: "waiting", again: 5 * time.Second,
		},
		{
			name:    "and is held while CoreDNS crashes, though its rollout was completed",
			coreDNS: with(unsettled("new", hour, up("new", hour), looping("new", hour)), func(s *State) { s.Record.Completed = "new" }), nodeLocalDNS: oldDaemonSet,
			wantCoreDNS: "done", wantNodeLocalDNS: "held CoreDNSHeld: reopen", again: 5 * time.Second,
		},

		// CoreDNS goes badly.
		{
			name:    "a pod that crashes holds both",
			coreDNS: unsettled("new", time.Minute, up("old", hour), looping("new", time.Minute)), nodeLocalDNS: oldDaemonSet,
			wantCoreDNS: "held PodsRestart", wantNodeLocalDNS: "held CoreDNSHeld: reopen",
		},
		{
			name:    "so does one that is ready again after a crash, whatever the status says",
			coreDNS: settled("new", time.Minute, up("new", time.Minute), restarted("new", 40*time.Second)), nodeLocalDNS: oldDaemonSet,
			wantCoreDNS: "held PodsRestart", wantNodeLocalDNS: "held CoreDNSHeld: reopen", again: recovery - 40*time.Second,
		},
		{
			name:    "until it has run as long as the kubelet asks for",
			coreDNS: settled("new", hour, restarted("new", recovery)), nodeLocalDNS: oldDaemonSet,
			wantCoreDNS: "done: conclude", wantNodeLocalDNS: "stamp new",
		},
		{
			name:    "an old pod that crashes is what the new content may fix",
			coreDNS: unsettled("new", time.Minute, looping("old", hour), starting("new", time.Second)), nodeLocalDNS: oldDaemonSet,
			wantCoreDNS: "rolling", wantNodeLocalDNS: "waiting", again: 5 * time.Second,
		},
		{
			name:    "after the deadline it is held",
			coreDNS: unsettled("new", 5*time.Minute, up("old", hour), starting("new", 5*time.Minute)), nodeLocalDNS: oldDaemonSet,
			wantCoreDNS: "held DeadlineExceeded", wantNodeLocalDNS: "held CoreDNSHeld: reopen",
		},
		{
			name:    "not before, for a new leader who cannot know when it was stamped",
			coreDNS: with(unsettled("new", 0, up("old", hour)), func(s *State) { s.StampedAt, s.Seen = time.Time{}, ago(time.Minute) }), nodeLocalDNS: oldDaemonSet,
			wantCoreDNS: "rolling", wantNodeLocalDNS: "waiting", again: 5 * time.Second,
		},
		{
			name:    "but then for that one, too",
			coreDNS: with(unsettled("new", 0, up("old", hour)), func(s *State) { s.StampedAt, s.Seen = time.Time{}, ago(5*time.Minute) }), nodeLocalDNS: oldDaemonSet,
			wantCoreDNS: "held DeadlineExceeded", wantNodeLocalDNS: "held CoreDNSHeld: reopen",
		},
		{
			name:    "the deadline is when to look again",
			coreDNS: unsettled("new", 5*time.Minute-time.Second, starting("new", 5*time.Minute-time.Second)), nodeLocalDNS: oldDaemonSet,
			wantCoreDNS: "rolling", wantNodeLocalDNS: "waiting", again: time.Second,
		},
		{
			name:    "a new pod is progress",
			coreDNS: unsettled("new", 10*time.Minute, up("new", 6*time.Minute), starting("new", 4*time.Minute)), nodeLocalDNS: oldDaemonSet,
			wantCoreDNS: "rolling", wantNodeLocalDNS: "waiting", again: 5 * time.Second,
		},
		{
			name:    "one that comes up after the deadline after all goes on",
			coreDNS: settled("new", 10*time.Minute, up("new", time.Minute)), nodeLocalDNS: oldDaemonSet,
			wantCoreDNS: "done: conclude", wantNodeLocalDNS: "stamp new",
		},

		// Newer content.
		{
			name:    "it replaces a failure at once",
			coreDNS: unsettled("bad", time.Second, up("old", hour), looping("bad", time.Second)), nodeLocalDNS: oldDaemonSet,
			wantCoreDNS: "stamp new", wantNodeLocalDNS: "waiting",
		},
		{
			name:    "it replaces a good rollout after the interval",
			coreDNS: unsettled("better", 2*time.Second, starting("better", time.Second)), nodeLocalDNS: oldDaemonSet,
			wantCoreDNS: "waiting", wantNodeLocalDNS: "waiting", again: 3 * time.Second,
		},
		{
			name:    "which is over here",
			coreDNS: unsettled("better", 5*time.Second, starting("better", time.Second)), nodeLocalDNS: oldDaemonSet,
			wantCoreDNS: "stamp new", wantNodeLocalDNS: "waiting",
		},
		{
			name:    "it waits for the DaemonSet, so that one layer stays",
			coreDNS: completed("better"), nodeLocalDNS: unsettled("better", time.Minute, up("old", hour), starting("better", time.Second)),
			wantCoreDNS: "waiting", wantNodeLocalDNS: "waiting", again: 5 * time.Second,
		},
		{
			name:    "but not for one that gets no further, as where a node is dead",
			coreDNS: completed("better"), nodeLocalDNS: unsettled("better", hour, up("old", hour), up("better", hour)),
			wantCoreDNS: "stamp new", wantNodeLocalDNS: "waiting",
		},
		{
			name:    "it waits for a pod that was told to go, as where a node is drained, and for its successor",
			coreDNS: completed("better"), nodeLocalDNS: with(unsettled("better", hour, up("better", hour)), func(s *State) { s.Going = []Going{{Since: ago(10 * time.Second)}} }),
			wantCoreDNS: "waiting", wantNodeLocalDNS: "waiting", again: 5 * time.Second,
		},
		{
			name:    "it waits for a rollout that somebody else has just begun",
			coreDNS: completed("better"), nodeLocalDNS: with(unsettled("better", hour, up("better", hour)), func(s *State) { s.ChangedAt = ago(10 * time.Second) }),
			wantCoreDNS: "waiting", wantNodeLocalDNS: "waiting", again: 5 * time.Second,
		},
		{
			name:    "but not for one that does not go",
			coreDNS: completed("better"), nodeLocalDNS: with(unsettled("better", hour, up("better", hour)), func(s *State) { s.Going = []Going{{Since: ago(10 * time.Minute)}} }),
			wantCoreDNS: "stamp new", wantNodeLocalDNS: "waiting",
		},
		{
			name:    "nor for one that is failing",
			coreDNS: settled("bad", hour), nodeLocalDNS: with(unsettled("old", time.Minute, looping("old", time.Second), up("old", hour)), func(s *State) { s.Record.Brake = brakedOnce("bad") }),
			wantCoreDNS: "stamp new", wantNodeLocalDNS: "waiting",
		},
		{
			name:    "a DaemonSet whose pods crash gets the fix in the middle of its rollout",
			coreDNS: completed("new"), nodeLocalDNS: with(unsettled("old", time.Minute, looping("old", time.Second), up("old", hour)), func(s *State) { s.Record.Brake = brakedOnce("bad") }),
			wantCoreDNS: "done", wantNodeLocalDNS: "stamp new",
		},
		{
			name:    "one whose pods do not crash gets it afterwards",
			coreDNS: completed("new"), nodeLocalDNS: unsettled("better", time.Minute, up("old", hour), starting("better", time.Second)),
			wantCoreDNS: "done", wantNodeLocalDNS: "waiting", again: 5 * time.Second,
		},

		{
			name:    "it does not wait for one that hangs, which may be what it fixes",
			coreDNS: completed("better"), nodeLocalDNS: unsettled("better", time.Minute, up("old", hour), starting("better", 30*time.Second)),
			wantCoreDNS: "stamp new", wantNodeLocalDNS: "waiting",
		},
		{
			name:    "but for one that goes on elsewhere",
			coreDNS: completed("better"), nodeLocalDNS: unsettled("better", time.Minute, up("old", hour), starting("better", 30*time.Second), up("better", time.Second)),
			wantCoreDNS: "waiting", wantNodeLocalDNS: "waiting", again: 5 * time.Second,
		},
		{
			name:    "and for one of which a pod has just been told to go",
			coreDNS: completed("better"), nodeLocalDNS: with(unsettled("better", time.Minute, up("old", hour), starting("better", 30*time.Second)), func(s *State) { s.Going = []Going{{Since: ago(time.Second)}} }),
			wantCoreDNS: "waiting", wantNodeLocalDNS: "waiting", again: 5 * time.Second,
		},
		{
			name:    "and for pods that have to be ready for a while",
			coreDNS: completed("better"), nodeLocalDNS: with(unsettled("better", time.Minute, up("old", hour), starting("better", 30*time.Second)), func(s *State) { s.MinReady = time.Minute }),
			wantCoreDNS: "waiting", wantNodeLocalDNS: "waiting", again: 5 * time.Second,
		},
		{
			name:    "a DaemonSet whose rollout hangs gets the fix in the middle of it",
			coreDNS: completed("new"), nodeLocalDNS: unsettled("better", time.Minute, up("old", hour), starting("better", 30*time.Second)),
			wantCoreDNS: "done", wantNodeLocalDNS: "stamp new",
		},
		{
			name:    "but not while the pods of CoreDNS hang, which somebody else has restarted",
			coreDNS: with(unsettled("new", hour, up("new", hour), starting("new", time.Minute)), func(s *State) { s.Record.Completed = "new" }), nodeLocalDNS: oldDaemonSet,
			wantCoreDNS: "done", wantNodeLocalDNS: "waiting", again: 5 * time.Second,
		},

		// Back to what was there before.
		{
			name:    "what is held without what is stored is open again, as its pods may meet that",
			goal:    Goal{Hash: "new", Invalid: "it would not start"},
			coreDNS: completed("old"), nodeLocalDNS: oldDaemonSet,
			wantCoreDNS: "held InvalidContent: reopen", wantNodeLocalDNS: "held InvalidContent: reopen",
		},
		{
			name:    "once",
			goal:    Goal{Hash: "new", Invalid: "it would not start"},
			coreDNS: settled("old", hour), nodeLocalDNS: settled("old", hour),
			wantCoreDNS: "held InvalidContent", wantNodeLocalDNS: "held InvalidContent",
		},
		{
			name:    "so that the content before is watched",
			goal:    Goal{Hash: "old"},
			coreDNS: settled("old", hour, up("old", hour), restarted("old", time.Minute)), nodeLocalDNS: settled("old", hour, up("old", 10*time.Second)),
			wantCoreDNS: "held PodsRestart", wantNodeLocalDNS: "soaking", again: 20 * time.Second,
		},
		{
			name:    "and concluded",
			goal:    Goal{Hash: "old"},
			coreDNS: settled("old", hour, up("old", hour)), nodeLocalDNS: settled("old", hour, up("old", hour)),
			wantCoreDNS: "done: conclude", wantNodeLocalDNS: "done: conclude",
		},
		{
			name:    "a stamp that another writer turned back is not what was completed",
			coreDNS: with(settled("old", hour), func(s *State) { s.Record.Completed = "new" }), nodeLocalDNS: oldDaemonSet,
			wantCoreDNS: "stamp new", wantNodeLocalDNS: "waiting",
		},

		// The brake.
		{
			name:    "a DaemonSet whose first pod crashes is braked",
			coreDNS: completed("new"), nodeLocalDNS: unsettled("new", time.Minute, looping("new", 10*time.Second), up("old", hour), up("old", hour)),
			wantCoreDNS: "done", wantNodeLocalDNS: "brake to old", again: 0,
		},
		{
			name:    "to no stamp where the other pods have none",
			coreDNS: completed("new"), nodeLocalDNS: unsettled("new", time.Minute, looping("new", 10*time.Second), up("", hour)),
			wantCoreDNS: "done", wantNodeLocalDNS: "brake to",
		},
		{
			name:    "whatever else is going on",
			goal:    Goal{Hash: "new", Invalid: "it would not start"},
			coreDNS: completed("better"), nodeLocalDNS: unsettled("better", time.Minute, looping("better", 10*time.Second), up("old", hour)),
			wantCoreDNS: "held InvalidContent: reopen", wantNodeLocalDNS: "brake to old",
		},
		{
			name:    "but not where that restarts more pods than it spares",
			coreDNS: completed("new"), nodeLocalDNS: unsettled("new", time.Minute, looping("new", 10*time.Second), up("new", time.Minute), up("new", time.Minute), up("old", hour)),
			wantCoreDNS: "done", wantNodeLocalDNS: "held PodsRestart",
		},
		{
			name:    "nor where there is nothing to spare",
			coreDNS: completed("new"), nodeLocalDNS: unsettled("new", time.Minute, looping("new", 10*time.Second)),
			wantCoreDNS: "done", wantNodeLocalDNS: "held PodsRestart",
		},
		{
			name:    "nor months later, where a dead node keeps its old pod",
			coreDNS: completed("new"), nodeLocalDNS: unsettled("new", hour, looping("new", hour), up("old", hour)),
			wantCoreDNS: "done", wantNodeLocalDNS: "held PodsRestart",
		},
		{
			name:    "nor twice",
			coreDNS: completed("new"), nodeLocalDNS: with(unsettled("old", time.Minute, looping("old", time.Second), looping("new", time.Minute)), func(s *State) { s.Record.Brake = brakedOnce("new") }),
			wantCoreDNS: "done", wantNodeLocalDNS: "held Braked", again: 9 * time.Minute,
		},
		{
			name:    "braked content stays away when the pods are up again",
			coreDNS: completed("new"), nodeLocalDNS: with(completed("old"), func(s *State) { s.Record.Brake = brakedOnce("new") }),
			wantCoreDNS: "done", wantNodeLocalDNS: "held Braked: reopen", again: 9 * time.Minute,
		},

		// What must not be tried.
		{
			name:    "what would take all of CoreDNS down is held",
			coreDNS: with(completed("old"), func(s *State) { s.TakesDown = "its strategy is Recreate" }), nodeLocalDNS: oldDaemonSet,
			wantCoreDNS: "held LayerRestart: reopen", wantNodeLocalDNS: "held CoreDNSHeld: reopen",
		},
		{
			name:    "so is what would take node-local-dns down on all nodes",
			coreDNS: completed("new"), nodeLocalDNS: with(completed("old"), func(s *State) { s.TakesDown = "its maxUnavailable is 100%" }),
			wantCoreDNS: "done", wantNodeLocalDNS: "held LayerRestart: reopen",
		},
		{
			name:    "unless that is allowed",
			policy:  func(p *Policy) { p.AllowLayerRestart = true },
			coreDNS: with(completed("old"), func(s *State) { s.TakesDown = "its strategy is Recreate" }), nodeLocalDNS: oldDaemonSet,
			wantCoreDNS: "stamp new", wantNodeLocalDNS: "waiting",
		},
		{
			name:    "what is unknown is not absent",
			goal:    Goal{Hash: "new", Unknown: "it may not be read"},
			coreDNS: completed("old"), nodeLocalDNS: completed("new"),
			wantCoreDNS: "held ContentUnknown", wantNodeLocalDNS: "held ContentUnknown",
		},
		{
			name:    "what is about to be read is waited for",
			goal:    Goal{Hash: "new", Unread: true},
			coreDNS: completed("old"), nodeLocalDNS: oldDaemonSet,
			wantCoreDNS: "waiting", wantNodeLocalDNS: "waiting",
		},
		{
			name:    "a stamp of a former version is compared as what it is",
			goal:    Goal{Hash: "v2:new", Former: []string{"new"}},
			coreDNS: completed("new"), nodeLocalDNS: completed("new"),
			wantCoreDNS: "done", wantNodeLocalDNS: "done",
		},
		{
			name:    "also one that is being rolled out, and one that was braked",
			goal:    Goal{Hash: "v2:new", Former: []string{"new"}},
			coreDNS: settled("new", hour, up("new", hour)), nodeLocalDNS: with(completed("old"), func(s *State) { s.Record.Brake = brakedOnce("new") }),
			wantCoreDNS: "done: conclude", wantNodeLocalDNS: "held Braked: reopen", again: 9 * time.Minute,
		},
		{
			name:    "pods that have to be ready for a while have that in addition to the deadline",
			coreDNS: with(unsettled("new", 5*time.Minute, starting("new", 5*time.Minute)), func(s *State) { s.MinReady = time.Minute }), nodeLocalDNS: oldDaemonSet,
			wantCoreDNS: "rolling", wantNodeLocalDNS: "waiting", again: 5 * time.Second,
		},
		{
			name:    "nothing is stamped before it is known how its pods are",
			coreDNS: completed("new"), nodeLocalDNS: with(completed("old"), func(s *State) { s.Looked = false }),
			wantCoreDNS: "done", wantNodeLocalDNS: "waiting", again: time.Millisecond,
		},

		// What is there differs.
		{
			name:         "without CoreDNS the DaemonSet waits for it",
			nodeLocalDNS: oldDaemonSet,
			wantCoreDNS:  "absent", wantNodeLocalDNS: "waiting",
		},
		{
			name:        "without the DaemonSet CoreDNS goes alone",
			coreDNS:     settled("old", hour),
			wantCoreDNS: "stamp new", wantNodeLocalDNS: "absent",
		},
		{
			name:    "a paused Deployment is stamped",
			coreDNS: with(completed("old"), func(s *State) { s.Standstill = "it is paused" }), nodeLocalDNS: oldDaemonSet,
			wantCoreDNS: "stamp new", wantNodeLocalDNS: "waiting",
		},
		{
			name:    "and holds both until somebody resumes it",
			coreDNS: with(unsettled("new", time.Second, up("old", hour)), func(s *State) { s.Standstill = "it is paused" }), nodeLocalDNS: oldDaemonSet,
			wantCoreDNS: "held Standstill", wantNodeLocalDNS: "held CoreDNSHeld: reopen",
		},
		{
			name:    "an OnDelete DaemonSet is stamped and waits for somebody",
			coreDNS: completed("new"), nodeLocalDNS: with(unsettled("new", time.Second, up("old", hour)), func(s *State) { s.Standstill = "it is OnDelete" }),
			wantCoreDNS: "done", wantNodeLocalDNS: "held Standstill",
		},
		{
			name:    "it is not braked, as it stops by itself",
			coreDNS: completed("new"), nodeLocalDNS: with(unsettled("new", time.Second, up("old", hour), looping("new", time.Second)), func(s *State) { s.Standstill = "it is OnDelete" }),
			wantCoreDNS: "done", wantNodeLocalDNS: "held PodsRestart",
		},
		{
			name:    "invalid content is stamped nowhere",
			goal:    Goal{Hash: "new", Invalid: "it would not start"},
			coreDNS: completed("new"), nodeLocalDNS: oldDaemonSet,
			wantCoreDNS: "held InvalidContent: reopen", wantNodeLocalDNS: "held InvalidContent: reopen",
		},
		{
			name:    "no content is rolled out where pods start without it",
			goal:    Goal{Hash: "new", Deleted: true},
			coreDNS: completed("old"), nodeLocalDNS: with(completed("old"), func(s *State) { s.RequiresConfigMap = true }),
			wantCoreDNS: "stamp new", wantNodeLocalDNS: "held ConfigMapRequired: reopen",
		},
		{
			name:    "and where CoreDNS does not, nowhere",
			goal:    Goal{Hash: "new", Deleted: true},
			coreDNS: with(completed("old"), func(s *State) { s.RequiresConfigMap = true }), nodeLocalDNS: oldDaemonSet,
			wantCoreDNS: "held ConfigMapRequired: reopen", wantNodeLocalDNS: "held CoreDNSHeld: reopen",
		},
		{
			name:    "pinned pods start without it, on an empty copy",
			goal:    Goal{Hash: "new", Deleted: true},
			policy:  func(p *Policy) { p.Pinned = true },
			coreDNS: with(completed("old"), func(s *State) { s.RequiresConfigMap = true }), nodeLocalDNS: oldDaemonSet,
			wantCoreDNS: "stamp new", wantNodeLocalDNS: "waiting",
		},
		{
			name:    "but not without a key that their volume names",
			goal:    Goal{Hash: "new", Deleted: true},
			policy:  func(p *Policy) { p.Pinned = true },
			coreDNS: with(completed("old"), func(s *State) { s.RequiresConfigMap, s.RequiresKeys = true, true }), nodeLocalDNS: oldDaemonSet,
			wantCoreDNS: "held ConfigMapRequired: reopen", wantNodeLocalDNS: "held CoreDNSHeld: reopen",
		},
		{
			name:    "who fights over a stamp is left to it",
			coreDNS: with(settled("forged", hour), func(s *State) { s.Contested = "another writer" }), nodeLocalDNS: oldDaemonSet,
			wantCoreDNS: "held StampContested", wantNodeLocalDNS: "held CoreDNSHeld: reopen",
		},
		{
			name:            "what only node-local-dns loads is stamped there when CoreDNS is done",
			forNodeLocalDNS: "own", coreDNS: completed("new"), nodeLocalDNS: settled("new", hour),
			wantCoreDNS: "done", wantNodeLocalDNS: "stamp own",
		},
		{
			name:            "and after what both load",
			forNodeLocalDNS: "own", coreDNS: completed("old"), nodeLocalDNS: oldDaemonSet,
			wantCoreDNS: "stamp new", wantNodeLocalDNS: "waiting",
		},
		{
			name:    "reload-only leaves the DaemonSet alone, also when it fails",
			policy:  func(p *Policy) { p.ReloadOnly = true },
			coreDNS: completed("new"), nodeLocalDNS: unsettled("better", time.Second, looping("better", time.Second), up("old", hour)),
			wantCoreDNS: "done", wantNodeLocalDNS: "done",
		},
		{
			name:    "and does not have CoreDNS wait for it",
			policy:  func(p *Policy) { p.ReloadOnly = true },
			coreDNS: completed("old"), nodeLocalDNS: unsettled("old", time.Second, up("old", hour)),
			wantCoreDNS: "stamp new", wantNodeLocalDNS: "done",
		},
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
			own := g
			own.Hash = cmp.Or(tc.forNodeLocalDNS, g.Hash)
			forCoreDNS, forNodeLocalDNS := Make(noon, Goals{g, own}, tc.coreDNS, tc.nodeLocalDNS, p)
			if got := inShort(forCoreDNS); got != tc.wantCoreDNS {
				t.Errorf("CoreDNS: %s, want %s", got, tc.wantCoreDNS)
			}
			if got := inShort(forNodeLocalDNS); got != tc.wantNodeLocalDNS {
				t.Errorf("node-local-dns: %s, want %s", got, tc.wantNodeLocalDNS)
			}
			again := earliest(forCoreDNS.Again, forNodeLocalDNS.Again)
			if want := noon.Add(tc.again); tc.again != 0 && !again.Equal(want) || tc.again == 0 && !again.IsZero() {
				t.Errorf("looks again at %v, want %v after noon", again, tc.again)
			}
			if again.Before(noon) && !again.IsZero() {
				t.Errorf("looks again in the past, at %v", again)
			}
		})
	}
}

func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
