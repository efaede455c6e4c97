package status

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// WriteJSON writes the status as one JSON document.
func (s *Status) WriteJSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(s)
}

// WriteText writes the status for people.
func (s *Status) WriteText(w io.Writer) error {
	var text strings.Builder
	for _, server := range s.Servers {
		server.write(&text)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Unknown)) {
		fmt.Fprintf(&text, "ConfigMap %s: %s\n\n", name, s.Unknown[name])
	}
	if len(s.Problems) == 0 {
		text.WriteString("No problems in what is stored\n")
	} else {
		text.WriteString("Problems in what is stored\n")
	}
	for _, p := range s.Problems {
		place := p.ConfigMap
		if p.Key != "" {
			place += ", key " + p.Key
		}
		if p.Line > 0 {
			place += fmt.Sprintf(", line %d", p.Line)
		}
		fmt.Fprintf(&text, "  %s: %s: %s (%s)\n", place, p.Severity, p.Message, p.Rule)
	}
	if len(s.Events) > 0 {
		text.WriteString("\nLast events\n")
	}
	for _, e := range s.Events {
		fmt.Fprintf(&text, "  %s  %s  %s: %s\n", e.Time.UTC().Format(time.DateTime), e.Reason, e.Object, strings.Join(strings.Fields(e.Message), " "))
	}
	_, err := io.WriteString(w, text.String())
	return err
}

func (s Server) write(text *strings.Builder) {
	line := func(name, value string) { fmt.Fprintf(text, "  %-10s %s\n", name, value) }
	fmt.Fprintf(text, "%s %s: %s", s.Kind, s.Name, s.Phase)
	if s.Reason != "" {
		fmt.Fprintf(text, " (%s)", s.Reason)
	}
	text.WriteString("\n")
	if s.Why != "" {
		line("because", strings.Join(strings.Fields(s.Why), " "))
	}
	if s.Remedy != "" {
		line("->", s.Remedy)
	}
	if s.Release == "" {
		text.WriteString("\n")
		return
	}
	line("server", s.Release)
	if s.Base == "" {
		line("starts on", "a Corefile that comes from no ConfigMap")
	} else {
		line("starts on", s.Base)
	}
	for _, l := range s.Loads {
		keys := strings.Join(l.Keys, ", ")
		switch {
		case l.Missing:
			keys = "not there"
		case keys == "":
			keys = "no key"
		}
		line("loads", l.ConfigMap+": "+keys)
	}
	if len(s.Loads) == 0 {
		line("loads", "nothing: it mounts none of the ConfigMaps")
	}
	stamp := short(s.Stamp)
	if s.Stamp != s.Want && (s.Stamp != "" || s.Phase != "done") {
		stamp += ", to become " + short(s.Want)
	}
	line("stamp", stamp)
	for _, m := range s.Mounts {
		pods := "pods"
		if m.Pods == 1 {
			pods = "pod"
		}
		line("mounted", fmt.Sprintf("%s, in %d %s", m.ConfigMap, m.Pods, pods))
	}
	text.WriteString("\n")
}

// short shows enough of a stamp to tell it from others.
func short(stamp string) string {
	if stamp == "" {
		return "none"
	}
	return stamp[:min(len(stamp), len("v1:")+8)]
}
