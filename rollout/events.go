package rollout

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"corewarden/corefile"
	"corewarden/extraconfig"
)

// Reasons of events. Alerts and scripts match on them: they do not change.
const (
	reasonStarted   = "RolloutStarted"
	reasonReimposed = "StampReimposed"
	reasonInvalid   = "InvalidContent"
)

// Actions of events say what the controller did.
const (
	actionStamp = "Stamp"
	actionCheck = "Check"
)

const (
	// messageBytes is what an event shows of a problem's message, which may quote a
	// token of any length. The API server refuses an event whose note exceeds 1024
	// bytes, and the key's name, up to 253, is in the note too.
	messageBytes = 500
	// hashBytes shows "v1:" and eight digits.
	hashBytes = 11
)

// announce tells of the stamp that w has just got in place of was, on w and, so that
// describing the ConfigMap tells the whole story, on the ConfigMap where there is one.
//
// client-go joins events with the same objects, reason and action into a series that
// keeps the first note. These stay apart because the reference to the ConfigMap and to
// w holds their resourceVersion.
func (r *reconciler) announce(t *target, w workload, c *content, reimposed bool) {
	eventType, reason := corev1.EventTypeNormal, reasonStarted
	if reimposed {
		eventType, reason = corev1.EventTypeWarning, reasonReimposed
	}
	note := stampNote(t, w, c, reimposed)
	if c.object == nil {
		r.events.Eventf(w.object(), nil, eventType, reason, actionStamp, "%s", note)
		return
	}
	r.events.Eventf(c.object, w.object(), eventType, reason, actionStamp, "%s", note)
	r.events.Eventf(w.object(), c.object, eventType, reason, actionStamp, "%s", note)
}

// stampNote says why and with what w was stamped.
func stampNote(t *target, w workload, c *content, reimposed bool) string {
	cause := "changed"
	switch {
	case reimposed:
		cause = "did not change, but another writer changed the stamp"
	case c.object == nil:
		cause = "was deleted"
	}
	was, ok := w.template().Annotations[extraconfig.HashAnnotation]
	if !ok {
		was = "unstamped"
	}
	note := fmt.Sprintf("%s/%s %s: stamped %s %s with %s (was %s)", extraconfig.Namespace, extraconfig.Name,
		cause, t.kind, t.name, clip(c.hash, hashBytes), clip(was, hashBytes))
	if why := w.standstill(); why != "" {
		note += "; " + why
	}
	return note
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

// clip returns s as valid UTF-8, cut after at most size bytes.
func clip(s string, size int) string {
	if len(s) <= size {
		return strings.ToValidUTF8(s, "\uFFFD")
	}
	return strings.ToValidUTF8(s[:size], "") + "…"
}
