package rollout

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"corewarden/corefile"
	"corewarden/explain"
	"corewarden/extraconfig"
	"corewarden/rollout/plan"
)

// Reasons of events. Alerts and scripts match on them: they do not change.
const (
	reasonRenamed       = "KeysRenamed"
	reasonValid         = "Validated"
	reasonInvalid       = "InvalidContent"
	reasonAdopted       = "Adopted"
	reasonStarted       = "RolloutStarted"
	reasonReimposed     = "StampReimposed"
	reasonCanaryStarted = "CanaryStarted"
	reasonCanaryEnded   = "CanaryEnded"
	reasonNoCanary      = "CanarySkipped"
	reasonStageComplete = "RolloutStageComplete"
	reasonHeld          = "RolloutHeld"
	reasonUnpinned      = "PodsUnpinned"
	reasonReplaced      = "PodReplaced"
	reasonComplete      = "RolloutComplete"
	reasonObserved      = "RolloutObserved"
)

// Actions of events say what the controller did.
const (
	actionStamp  = "Stamp"
	actionDelete = "DeletePod"
	actionCheck  = "Check"
	actionHold   = "Hold"
)

const (
	// noteBytes is the longest note of an event that the API server takes.
	noteBytes = 1024
	// messageBytes is what an event shows of a problem's message, or of what a pod says,
	// either of which may be of any length. The key's name, up to 253, is in the note too.
	messageBytes = 360
	// hashBytes shows "v1:" and eight digits.
	hashBytes = 11
	// explainTime is how long an event waits for what a change does to names. The stamp does
	// not: it comes before.
	explainTime = time.Second
)

// stampNote says why and with what a workload was stamped.
func stampNote(s *stage, c *content) string {
	besides := c.besides(s.workload)
	cause := "changed"
	switch {
	case s.reimposed:
		cause = "did not change, but another writer changed the stamp"
	case c.object == nil && len(besides) == 0:
		cause = "was deleted"
	}
	configMaps := strings.Join(append([]string{extraconfig.Name}, besides...), " or ")
	stamped := "stamped"
	if s.would == plan.SetStamp {
		stamped = "would stamp"
	}
	note := fmt.Sprintf("%s/%s %s: %s %s with %s (was %s)", extraconfig.Namespace, configMaps,
		cause, stamped, s, short(s.verdict.Stamp), short(cmp.Or(s.state.Runs(), "unstamped")))
	if why := s.state.Standstill; why != "" {
		note += "; " + why
	}
	return note
}

// onlyObserved ends what is told of a rollout where nothing is done.
const onlyObserved = ". Nothing is done: -rollout-mode=observe"

// observedNote says what would be done with a workload, "" where that would be to keep something
// in mind alone.
func observedNote(s *stage, c *content, p plan.Policy) string {
	switch v := s.verdict; s.would {
	case plan.SetStamp:
		return stampNote(s, c)
	case plan.GoBack:
		return fmt.Sprintf("would put the stamp of %s back to %s: %s", s, short(cmp.Or(v.Stamp, "none")), clip(v.Why, messageBytes))
	case plan.Adopt:
		return fmt.Sprintf("would count %s as rolled out with %s, and not restart it: %s", s, short(s.goal.Hash), clip(v.Why, messageBytes))
	case plan.StartCanary:
		return "would have one node try it first: " + canaryNote(s, p)
	case plan.EndCanary:
		return fmt.Sprintf("would give node %s back what the other pods of %s run", v.Record.Canary.Node, s)
	}
	return ""
}

// heldNote says why a workload is held, what pods load meanwhile and what to do about it.
func heldNote(s *stage, previous, staging string) string {
	v, hash := s.verdict, short(s.goal.Hash)
	note := fmt.Sprintf("%s is held, not rolled out for %s", s, hash)
	switch {
	case v.Step == plan.GoBack:
		note = fmt.Sprintf("%s is stopped in the middle of its rollout for %s and goes back to the stamp before", s, hash)
	case v.Step == plan.EndCanary:
		note = fmt.Sprintf("%s is held: %s does not run on the one node that tries it, and that node goes back to what the others run", s, hash)
	case v.Reason == plan.CanaryCrashes:
		note = fmt.Sprintf("%s is held: %s does not run on the one node that tries it, and no other node is touched", s, hash)
	case v.Reason == plan.Crashing || v.Reason == plan.Overdue || v.Reason == plan.Standstill:
		note = fmt.Sprintf("the rollout of %s for %s does not succeed", s, hash)
	}
	note += ": " + clip(v.Why, messageBytes/2)
	rest := ""
	if v.Reason != plan.Unreadable && v.Reason != plan.Unmountable {
		rest = staging
	}
	if remedy := remedyFor(s, previous); remedy != "" {
		rest += ". " + remedy
	}
	if v.Quote != "" { // it gives way to what to do
		note += ": "
		note += clip(v.Quote, min(messageBytes, noteBytes-len(note)-len(rest)-len(onlyObserved)-len("…")))
	}
	return note + rest
}

// remedyFor says what a person can do about a held workload.
func remedyFor(s *stage, previous string) string {
	switch s.verdict.Reason {
	case plan.Unmountable:
		return fmt.Sprintf("Create the ConfigMap again, or make the volume of %s optional", s)
	case plan.Contested:
		return "Find who writes that workload, and have it leave the annotation " + extraconfig.HashAnnotation + " alone"
	case plan.Unreadable:
		return "Give Corewarden's ServiceAccount the right to get, list and watch it"
	case plan.LayerRestart:
		return fmt.Sprintf("Have %s replace a part of its pods at a time, or start the webhook with -allow-layer-restart", s)
	case plan.Standstill:
		return ""
	}
	remedy := "Fix the ConfigMap"
	if previous != "" {
		remedy += fmt.Sprintf(", or put the content with the hash %s back", short(previous))
	}
	if s.verdict.Reason == plan.Braked {
		return remedy + fmt.Sprintf(". To try again with what it holds, annotate %s with another %s", s, extraconfig.RetryAnnotation)
	}
	remedy += ": what is written is rolled out at once"
	if s.verdict.Reason == plan.CanaryCrashes {
		remedy += fmt.Sprintf(". Where that node is at fault, annotate %s with another %s: another node tries it", s, extraconfig.RetryAnnotation)
	}
	return remedy
}

// changeNote says what a rollout changes for names, where the content before is known and that
// is not too much.
func changeNote(ctx context.Context, s *stage, c *content) string {
	if s.ran == nil || !s.state.Has(s.ran.goal(s.name, s.workload)) {
		return ""
	}
	ctx, stop := context.WithTimeout(ctx, explainTime)
	defer stop()
	change := explain.Change{Cluster: *c.cluster, ConfigMap: extraconfig.Name, Before: s.ran.value(), After: c.value()}
	effects, err := change.Effects(ctx)
	if line := effects.Line(); err == nil && line != "" {
		return "; what changed: " + clip(line, messageBytes)
	}
	return ""
}

// canaryNote says where content is tried first.
func canaryNote(s *stage, p plan.Policy) string {
	v := s.verdict
	return fmt.Sprintf("%s: pod %s on node %s is replaced first, to try %s; the others follow once the new pod has stayed up for %s",
		s, v.Pod.Name, v.Pod.Node, short(s.goal.Hash), p.Soak)
}

// canaryEndNote says that what was tried is no longer tried.
func canaryEndNote(s *stage) string {
	canary := s.verdict.Record.Canary
	return fmt.Sprintf("%s: node %s, where %s was tried, gets %s again", s, canary.Node, short(canary.Hash), short(cmp.Or(s.state.Runs(), extraconfig.EmptyHash)))
}

// noCanaryNote says why no node tries content first.
func noCanaryNote(s *stage) string {
	return fmt.Sprintf("%s is rolled out without a canary, as Corewarden may not delete its pods. Give its ServiceAccount that right, or set -rollout-canary=false", s)
}

// unpinnedNote says that pods load what is not staged for them, and what becomes of them.
func unpinnedNote(s *stage, p plan.Policy) string {
	note := fmt.Sprintf("%d of the pods of %s mount a ConfigMap itself, not its copy for %s: no webhook answered when they were created, or nothing was pinned then",
		s.unpinned(), s, short(s.state.Stamp))
	if s.refused || s.state.MayNotDelete {
		return note + ". Corewarden may not delete them: give its ServiceAccount that right, or delete them one by one"
	}
	return note + fmt.Sprintf("; each is replaced once all others have stayed up for %s", p.Soak)
}

// replacedNote says which pod has to go so that the next one loads copies.
func replacedNote(s *stage) string {
	return fmt.Sprintf("%s: pod %s on node %s is deleted, so that the next one mounts the copy for %s", s, s.verdict.Pod.Name, s.verdict.Pod.Node, short(s.state.Stamp))
}

// adoptedNote says why a workload is not rolled out.
func adoptedNote(s *stage) string {
	return fmt.Sprintf("%s counts as rolled out with %s, and is not restarted: %s", s, short(s.goal.Hash), s.verdict.Why)
}

// stageNote says that a workload has finished its part.
func stageNote(s *stage, p plan.Policy, took time.Duration) string {
	return fmt.Sprintf("%s runs %s, and its new pods stayed up for %s; it took %s", s, short(s.goal.Hash), p.Soak, took)
}

// completeNote says that all is done.
func completeNote(c *content, took time.Duration, p plan.Policy) string {
	note := fmt.Sprintf("%s is rolled out; it took %s", short(c.hash), took)
	if p.ReloadOnly {
		note += "; DaemonSet node-local-dns loads it with its plugin reload"
	}
	return note
}

// validNote says that c was checked.
func validNote(c *content, servers []extraconfig.Server) string {
	var names []string
	for _, s := range servers {
		names = append(names, s.String())
	}
	return fmt.Sprintf("%s is valid for %s", short(c.hash), strings.Join(names, " and "))
}

// renamedNotes says which keys the webhook has renamed, one note for each.
func renamedNotes(c *content) []string {
	var renamed map[string]string
	if c.object == nil || json.Unmarshal([]byte(c.object.Annotations[extraconfig.RenamedKeysAnnotation]), &renamed) != nil {
		return nil
	}
	var notes []string
	for _, key := range slices.Sorted(maps.Keys(renamed)) {
		notes = append(notes, fmt.Sprintf("key %q renamed to %q", renamed[key], key))
	}
	return notes
}

// invalidNote says what keeps content from being rolled out: the first problem, and how
// many more there are.
func invalidNote(errs []corefile.Problem) string {
	first := errs[0]
	place := first.File
	if first.Line > 0 {
		place = fmt.Sprintf("%s:%d:%d", first.File, first.Line, first.Column)
	}
	note := fmt.Sprintf("not rolled out: %s: %s: %s", place, first.Rule, clip(first.Message, messageBytes))
	if more := len(errs) - 1; more > 0 {
		note += fmt.Sprintf(" (and %d more)", more)
	}
	return note
}

// short shows enough of a hash to tell it from others.
func short(hash string) string { return clip(hash, hashBytes) }

// clip returns s as valid UTF-8, cut after at most size bytes.
func clip(s string, size int) string {
	if len(s) <= size {
		return strings.ToValidUTF8(s, "\uFFFD")
	}
	return strings.ToValidUTF8(s[:size], "") + "…"
}
