package rollout

import (
	"encoding/json"
	"time"

	"corewarden/extraconfig"
	"corewarden/rollout/plan"
)

// A note is what extraconfig.RolloutAnnotation holds, as JSON: what is kept of rollouts beside
// the stamps.
type note struct {
	Adopted  bool        `json:"adopted,omitempty"`
	Reopened bool        `json:"reopened,omitempty"`
	Before   *noteBefore `json:"before,omitempty"`
	Canary   *noteCanary `json:"canary,omitempty"`
	Repin    *noteRepin  `json:"repin,omitempty"`
	Brake    *noteBrake  `json:"brake,omitempty"`
}

type noteBefore struct {
	Size        int      `json:"size,omitempty"`
	Nodes       []string `json:"nodes,omitempty"`
	Unavailable int      `json:"unavailable,omitempty"`
	Crashing    int      `json:"crashing,omitempty"`
}

type noteCanary struct {
	Hash     string    `json:"hash"`
	Node     string    `json:"node"`
	Replaces string    `json:"replaces,omitempty"`
	At       time.Time `json:"at"`
	Back     bool      `json:"back,omitempty"`
	Retry    string    `json:"retry,omitempty"`
}

type noteRepin struct {
	At    time.Time `json:"at"`
	Times int       `json:"times"`
}

type noteBrake struct {
	At    time.Time `json:"at"`
	Times int       `json:"times"`
	Retry string    `json:"retry,omitempty"`
}

// recordOf returns what is kept on w. What cannot be read is as if it were not there.
func recordOf(w workload) plan.Record {
	a := w.object().GetAnnotations()
	r := plan.Record{Completed: a[extraconfig.CompletedAnnotation]}
	r.Braked = a[extraconfig.BrakedAnnotation]
	var n note
	if json.Unmarshal([]byte(a[extraconfig.RolloutAnnotation]), &n) != nil {
		return r
	}
	r.Adopted, r.Reopened = n.Adopted, n.Reopened
	if b := n.Before; b != nil {
		r.Before = plan.Before(*b)
	}
	if c := n.Canary; c != nil {
		r.Canary = plan.Canary(*c)
	}
	if p := n.Repin; p != nil {
		r.Repin = plan.Repin(*p)
	}
	if b := n.Brake; b != nil {
		r.Brake = plan.Brake{Braked: r.Braked, At: b.At, Times: b.Times, Retry: b.Retry}
	}
	return r
}

// annotationsOf returns the annotations that hold a record.
func annotationsOf(r plan.Record) map[string]string {
	n := note{Adopted: r.Adopted, Reopened: r.Reopened}
	if before := noteBefore(r.Before); before.Size > 0 || len(before.Nodes) > 0 {
		n.Before = &before
	}
	if canary := noteCanary(r.Canary); canary.Hash != "" {
		n.Canary = &canary
	}
	if repin := noteRepin(r.Repin); repin.Times > 0 {
		n.Repin = &repin
	}
	if r.Braked != "" {
		n.Brake = &noteBrake{r.At, r.Times, r.Retry}
	}
	text, err := json.Marshal(n)
	if err != nil {
		panic(err) // of a struct of numbers and strings
	}
	a := map[string]string{}
	for name, value := range map[string]string{
		extraconfig.CompletedAnnotation: r.Completed, extraconfig.BrakedAnnotation: r.Braked, extraconfig.RolloutAnnotation: string(text),
	} {
		if value != "" && value != "{}" {
			a[name] = value
		}
	}
	return a
}
