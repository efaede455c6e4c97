package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"corewarden/corefile"
	"corewarden/corefile/query"
	"corewarden/corefile/release"
	"corewarden/extraconfig"
)

// What trace and diff have in common: the servers that some inputs make up.

// tracing are the options of trace and diff.
type tracing struct {
	options
	from string // the workload that pods ask; "" for what the inputs tell
}

func (t *tracing) addFlags(c *cobra.Command) {
	choose(c, &t.from, "from", "the `server` that pods ask", "coredns", "node-local-dns")
	t.output = "text"
	choose(c, &t.output, "output", "output `format`", "text", "json")
	releaseFlags(c, &t.coreDNS, &t.nodeLocalDNS,
		"`version` of CoreDNS (default: the version in a manifest's image, or "+release.NewestCoreDNS+")",
		"`version` of node-cache, the server of node-local-dns, or head (default: the version in a manifest's image, or "+release.NewestNodeCache+")")
	c.Flags().Func("base", "`coredns=FILE` or node-local-dns=FILE: the server's own Corefile, which imports the others; can be given for both", t.addBase)
}

// write writes what was found in the form that was asked for.
func (t tracing) write(w io.Writer, told interface {
	WriteText(io.Writer) error
	WriteJSON(io.Writer) error
},
) error {
	if t.output == "json" {
		return told.WriteJSON(w)
	}
	return told.WriteText(w)
}

// A dnsSystem is the servers that some inputs make up, and the one that pods ask.
type dnsSystem struct {
	query.System
	entry *query.Server
	// paths are where the ConfigMaps were read, by name.
	paths map[string]string
}

// system reads what the paths name and returns the servers that it makes up.
func (t tracing) system(paths []string, stdin io.Reader, stderr io.Writer) (*dnsSystem, error) {
	o := t.options
	o.paths, o.bundle = paths, true
	var inputs []input
	if err := readAll(o, stdin, stderr, func(in input) { inputs = append(inputs, in) }); err != nil {
		return nil, err
	}
	k := known{options: o}
	var texts []text
	for _, in := range inputs {
		if alone, ok := in.(text); ok {
			texts = append(texts, alone)
		}
		k.add(in)
	}
	switch {
	case len(inputs) == 0:
		return nil, fmt.Errorf("%s has no Corefile and no manifest of the DNS servers", strings.Join(paths, " "))
	case len(texts) > 0 && len(texts) < len(inputs), len(texts) > 1:
		return nil, errors.New("name one Corefile, or manifests, or a folder with the keys of a ConfigMap")
	case len(texts) == 1 && len(o.corefiles) == 0:
		return t.alone(texts[0])
	case len(texts) == 1:
		k.add(configMap{path: texts[0].path, name: extraconfig.Name, value: texts[0].asKey()})
	}
	return t.cluster(k, paths[0])
}

// alone returns the server of a Corefile that is its whole configuration.
func (t tracing) alone(in text) (*dnsSystem, error) {
	from := cmp.Or(t.from, "coredns")
	server := t.servers[slices.IndexFunc(t.servers, func(s extraconfig.Server) bool { return s.Workload == from })]
	alone, err := server.Alone(corefile.File{Name: in.path, Path: "/Corefile", Text: in.content})
	return &dnsSystem{System: query.System{alone}, entry: alone}, err
}

// cluster returns the servers of a cluster.
func (t tracing) cluster(k known, path string) (*dnsSystem, error) {
	if t.from != "node-local-dns" {
		k.leaveOutAbsent()
	}
	c := k.cluster(path)
	c.Corefiles = maps.Clone(c.Corefiles)
	d := &dnsSystem{paths: map[string]string{}}
	for _, name := range k.configMaps.names {
		d.paths[name] = k.configMaps.nearest(name, path).path
	}
	from := cmp.Or(t.from, "coredns")
	for _, own := range []struct{ workload, key string }{{"coredns", "Corefile"}, {"node-local-dns", "Corefile"}} {
		deployed := slices.ContainsFunc(k.workloads.all, func(w dnsWorkload) bool { return w.value.Name == own.workload })
		text, stored := c.ConfigMaps[own.workload].Data[own.key]
		_, given := c.Corefiles[own.workload]
		if stored && !deployed && !given { // a ConfigMap without its workload is of one as MetaKube has it
			c.Corefiles[own.workload] = corefile.File{Name: own.workload + "/" + own.key, Text: text}
		}
		if own.workload == "node-local-dns" && t.from == "" && (deployed || stored || given) {
			from = own.workload
		}
	}
	var err error
	if d.System, err = c.DNS(); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(d.System, func(s *query.Server) bool { return s.Name == from })
	if i < 0 {
		return nil, fmt.Errorf("there is no server %s", from)
	}
	d.entry = d.System[i]
	return d, nil
}

// place returns where a file of a step was read: a path, and the ConfigMap and key in it, if
// it is one.
func (d *dnsSystem) place(file string) (path, configMap, key string) {
	name, key, found := strings.Cut(file, "/")
	path, stored := d.paths[name]
	switch {
	case !found || !stored:
		return file, "", ""
	case filepath.Base(path) == key: // a Corefile that was taken as a key
		return path, "", ""
	}
	return path, name, key
}
