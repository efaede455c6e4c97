package workload

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// An EnvVar is an environment variable of a container. Of one with a ValueFrom only the pod
// knows the value.
type EnvVar struct {
	Name, Value string
	ValueFrom   *struct{} `yaml:"valueFrom"`
}

// flags returns what the container's command line has for flags, by name, whether or not
// they are flags that have a value. Go's flags are written with one dash or two, and with a
// blank or an equals sign before the value.
func (c Container) flags() map[string]string {
	flags := map[string]string{}
	words := slices.Concat(c.Command, c.Args)
	values := c.environment()
	for i := range words {
		words[i] = expand(words[i], values)
	}
	for i, word := range words {
		stripped := strings.TrimPrefix(word, "-")
		if stripped == word {
			continue
		}
		name, value, joined := strings.Cut(strings.TrimPrefix(stripped, "-"), "=")
		if !joined && i+1 < len(words) {
			value, joined = words[i+1], true
		}
		if _, before := flags[name]; joined && !before {
			flags[name] = value
		}
	}
	return flags
}

// ofService matches the names of variables by which the kubelet tells pods of Services.
var ofService = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[A-Z0-9_]+_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_[A-Z0-9_]+)?)$`)
})

// environment returns a function that tells the values of the container's variables. For one
// that only the pod knows it returns a reference of CoreDNS's kind, as which everything that
// reads a Corefile takes it for unknown.
func (c Container) environment() func(name string) (value string, found bool) {
	values := map[string]string{}
	lookup := func(name string) (string, bool) {
		value, found := values[name]
		if !found && name != "" && (len(c.EnvFrom) > 0 || ofService().MatchString(name)) {
			return unknown(name), true
		}
		return value, found
	}
	for _, v := range c.Env {
		if v.ValueFrom != nil {
			values[v.Name] = unknown(v.Name)
		} else {
			values[v.Name] = expand(v.Value, lookup)
		}
	}
	return lookup
}

func unknown(variable string) string { return "{$" + variable + "}" }

// expand puts values in the place of $(NAME) as the kubelet does: what nobody knows stays as
// it is, and $$ stands for one dollar sign.
func expand(text string, lookup func(name string) (string, bool)) string {
	var expanded strings.Builder
	for {
		before, after, found := strings.Cut(text, "$")
		expanded.WriteString(before)
		if !found {
			return expanded.String()
		}
		name, rest, closed := strings.Cut(strings.TrimPrefix(after, "("), ")")
		value, known := lookup(name)
		switch {
		case strings.HasPrefix(after, "$"):
			expanded.WriteByte('$')
			text = after[1:]
		case strings.HasPrefix(after, "(") && closed && known:
			expanded.WriteString(value)
			text = rest
		case strings.HasPrefix(after, "(") && closed:
			expanded.WriteString("$(" + name + ")")
			text = rest
		default:
			expanded.WriteByte('$')
			text = after
		}
	}
}

// judging are the flags that decide what a server loads and where it listens.
var judging = []string{"basecorefile", "conf", "dns.port", "interfacename", "kubednscm", "localip", "p", "setupinterface", "upstreamsvc"}

// Unknown returns the flags that decide what the server loads and whose values only its pods
// know, sorted.
func (w Workload) Unknown() []string {
	var names []string
	for _, name := range judging {
		if w.depends(name) {
			names = append(names, "-"+name)
		}
	}
	return names
}

// depends reports whether only the pods know the value of a flag.
func (w Workload) depends(flag string) bool { return strings.Contains(w.server.flags[flag], "{$") }
