package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"corewarden/corefile/release"
	"corewarden/e2e/conformance/cases"
	"corewarden/extraconfig"
)

// judged is the ConfigMap that verdicts are asked of.
const judged = extraconfig.Name

// A shape is a cluster and a ConfigMap that can be made larger.
type shape struct {
	name  string
	grown func(n int) (extraconfig.Cluster, extraconfig.ConfigMap)
}

// A dimension is what there is more of.
type dimension string

const (
	zones      dimension = "zones"
	blocks     dimension = "blocks"
	uses       dimension = "uses"
	properties dimension = "properties"
	arguments  dimension = "arguments"
)

// A property is made more of with what it stands in, a use with all else.
var (
	ofUse      = [][]dimension{{zones}, {blocks}, {uses}, {arguments}, {zones, uses}, {zones, blocks}, {zones, arguments}, {blocks, uses}, {uses, arguments}}
	ofProperty = [][]dimension{{properties}, {zones, properties}, {uses, properties}}
)

// shapes returns all of them, for each plugin and each of its properties.
func shapes(pieces map[string]cases.Pieces, r release.Release) []shape {
	var all []shape
	for _, plugin := range slices.Sorted(maps.Keys(pieces)) {
		for _, use := range pieces[plugin].Uses {
			for _, dims := range ofUse {
				all = append(all, shapeOf(r, use, "", dims))
				if len(dims) == 1 {
					all = append(all, besideItself(r, use, dims))
				}
			}
		}
		for _, property := range pieces[plugin].Properties {
			for _, dims := range ofProperty {
				all = append(all, shapeOf(r, pieces[plugin].Uses[0], property, dims))
			}
		}
	}
	return all
}

// shapeOf returns a text that is all in the judged ConfigMap.
func shapeOf(r release.Release, use, property string, dims []dimension) shape {
	return shape{nameOf(use, property, dims), func(n int) (extraconfig.Cluster, extraconfig.ConfigMap) {
		return cluster(r, ""), data(text(use, property, "a", n, dims))
	}}
}

// besideItself returns a text of which as much is in another ConfigMap.
func besideItself(r release.Release, use string, dims []dimension) shape {
	return shape{nameOf(use, "", dims) + ", as much beside it", func(n int) (extraconfig.Cluster, extraconfig.ConfigMap) {
		return cluster(r, text(use, "", "b", n, dims)), data(text(use, "", "a", n, dims))
	}}
}

func nameOf(use, property string, dims []dimension) string {
	name := use
	if property != "" {
		name += " { " + property + " }"
	}
	for _, d := range dims {
		name += " × " + string(d)
	}
	return name
}

func data(text string) extraconfig.ConfigMap {
	return extraconfig.ConfigMap{Data: map[string]string{"Corefile": text}}
}

// ports are those of addresses.
var ports = regexp.MustCompile(`:\d{4,5}\b`)

// text writes a use with a property, n times in the given dimensions. Zones begin with prefix.
// It grows with n: of what is in something else, the first has n, and the others have one.
func text(use, property, prefix string, n int, dims []dimension) string {
	times := func(d dimension) int {
		if slices.Contains(dims, d) {
			return n
		}
		return 1
	}
	var b strings.Builder
	port := 10_000
	if prefix == "b" {
		port = 30_000
	}
	directive := func(arguments, properties int) {
		port++ // two cannot listen on one
		b.WriteString(ports.ReplaceAllString(use, ":"+strconv.Itoa(port)))
		for i := range arguments - 1 {
			fmt.Fprintf(&b, " %s%d.example", prefix, i)
		}
		if property != "" {
			b.WriteString(" {\n" + strings.Repeat(property+"\n", properties) + "}")
		}
		b.WriteString("\n")
	}
	for i := range times(zones) {
		fmt.Fprintf(&b, "%s%d.example ", prefix, i)
	}
	b.WriteString("{\n")
	directive(times(arguments), times(properties))
	for range times(uses) - 1 {
		directive(1, 1)
	}
	b.WriteString("}\n")
	for i := range times(blocks) - 1 {
		fmt.Fprintf(&b, "%s%d.other.example {\n", prefix, i)
		directive(1, 1)
		b.WriteString("}\n")
	}
	return b.String()
}
