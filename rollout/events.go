package rollout

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"corewarden/corefile"
	"corewarden/extraconfig"
)

// Reasons of events. Alerts and scripts match on them: they do not change.
const (
	reasonRenamed       = "KeysRenamed"
	reasonValid         = "Validated"
	reasonInvalid       = "InvalidContent"
	reasonStarted       = "RolloutStarted"
	reasonReimposed     = "StampReimposed"
	reasonStageComplete = "RolloutStageComplete"
	reasonHeld          = "RolloutHeld"
	reasonComplete      = "RolloutComplete"
)

// Actions of events say what the controller did.
const (
	actionStamp = "Stamp"
	actionCheck = "Check"
	actionHold  = "Hold"
)

const (
	// messageBytes is what an event shows of a problem's message, or of what a pod says,
	// either of which may be of any length. The API server refuses an event whose note
	// exceeds 1024 bytes, and the key's name, up to 253, is in the note too.
	messageBytes = 400
	// hashBytes shows "v1:" and eight digits.
	hashBytes = 11
)

// both tells of t, on its workload and, so that describing the ConfigMap tells the whole
// story, on the ConfigMap where there is one.
//
// client-go joins events with the same objects, reason and action into a series that
// keeps the first note. These stay apart because the reference to the ConfigMap and to
// the workload holds their resourceVersion.
func (r *reconciler) both(c *content, t *target, eventType, reason, action, note string) {
	w := t.workload.object()
	if c.object == nil {
		r.events.Eventf(w, nil, eventType, reason, action, "%s", note)
		return
	}
	r.events.Eventf(c.object, w, eventType, reason, action, "%s", note)
	r.events.Eventf(w, c.object, eventType, reason, action, "%s", note)
}

// onConfigMap tells of the ConfigMap alone, where there is one.
func (r *reconciler) onConfigMap(c *content, eventType, reason, action, note string) {
	if c.object != nil {
		r.events.Eventf(c.object, nil, eventType, reason, action, "%s", note)
	}
}

// announce tells of the stamp that t has just got in place of was.
func (r *reconciler) announce(t *target, c *content, was string, reimposed bool) {
	eventType, reason := corev1.EventTypeNormal, reasonStarted
	if reimposed {
		eventType, reason = corev1.EventTypeWarning, reasonReimposed
	}
	r.both(c, t, eventType, reason, actionStamp, stampNote(t, c, was, reimposed)+stagingNote(c.cluster))
}

// stampNote says why and with what t was stamped.
func stampNote(t *target, c *content, was string, reimposed bool) string {
	beside := t.beside(c)
	cause := "changed"
	switch {
	case reimposed:
		cause = "did not change, but another writer changed the stamp"
	case c.object == nil && len(beside) == 0:
		cause = "was deleted"
	}
	if was == "" {
		was = "unstamped"
	}
	configMaps := strings.Join(append([]string{extraconfig.Name}, beside...), " or ")
	note := fmt.Sprintf("%s/%s %s: stamped %s with %s (was %s)", extraconfig.Namespace, configMaps,
		cause, t, short(c.stamps[t.name]), short(was))
	if why := t.workload.standstill(); why != "" {
		note += "; " + why
	}
	return note
}

// heldNote says why t is held and what to do about it.
func heldNote(t *target, c *content, v verdict, previous string) string {
	hash := short(c.stamps[t.name])
	note := fmt.Sprintf("%s is held, not rolled out for %s", t, hash)
	switch {
	case v.step == brake:
		note = fmt.Sprintf("%s is stopped in the middle of its rollout for %s and goes back to the stamp before", t, hash)
	case v.reason == crashing || v.reason == overdue || v.reason == standstill:
		note = fmt.Sprintf("the rollout of %s for %s does not succeed", t, hash)
	}
	note += ": " + clip(v.why, messageBytes/2)
	if v.quote != "" {
		note += ": " + clip(v.quote, messageBytes)
	}
	if remedy := v.remedy(t, previous); remedy != "" {
		note += ". " + remedy
	}
	return note
}

// remedy says what a person can do about a held workload.
func (v verdict) remedy(t *target, previous string) string {
	switch v.reason {
	case unmountable:
		return fmt.Sprintf("Create the ConfigMap again, or make the volume of %s optional", t)
	case contested:
		return "Find who writes that workload, and have it leave the annotation " + extraconfig.HashAnnotation + " alone"
	case standstill:
		return ""
	}
	remedy := "Fix the ConfigMap"
	if previous != "" {
		remedy += fmt.Sprintf(", or put the content with the hash %s back", short(previous))
	}
	if v.reason == braked {
		return remedy + fmt.Sprintf(". To try again with what it holds, remove the annotation %s of %s", BrakedAnnotation, t)
	}
	return remedy + ": what is written is rolled out at once"
}

// stageNote says that t has finished its part.
func stageNote(t *target, c *content, p Policy, took time.Duration) string {
	return fmt.Sprintf("%s runs %s, and its new pods stayed up for %s; it took %s", t, short(c.stamps[t.name]), p.Soak, took)
}

// completeNote says that all is done.
func completeNote(c *content, took time.Duration, p Policy) string {
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
