// Package workload reads from a Deployment or DaemonSet what the DNS server in its pods
// loads: which release it is, which Corefile it starts on, and where its files come from.
//
// It knows no Kubernetes: its types hold what counts of the real ones, under the same
// names.
package workload

import (
	"path"
	"slices"
	"strings"

	"corewarden/corefile/release"
)

// A Workload is what counts of a Deployment or DaemonSet.
type Workload struct {
	// Kind is "Deployment" or "DaemonSet".
	Kind string
	Name string
	Pod  Pod
}

// A Pod is what counts of a PodSpec. Its fields and those within are named as in
// Kubernetes, so that spec.template.spec of a manifest can be decoded into it, from YAML
// and from JSON.
type Pod struct {
	HostNetwork bool `yaml:"hostNetwork"`
	Containers  []Container
	Volumes     []Volume
}

// A Container is one container of a Pod.
type Container struct {
	Name, Image   string
	Command, Args []string
	WorkingDir    string        `yaml:"workingDir"`
	VolumeMounts  []VolumeMount `yaml:"volumeMounts"`
}

// A VolumeMount says where a container has a volume.
type VolumeMount struct {
	Name        string
	MountPath   string `yaml:"mountPath"`
	SubPath     string `yaml:"subPath"`
	SubPathExpr string `yaml:"subPathExpr"`
}

// A Volume is a volume of a Pod. One that is neither of ConfigMaps nor projected has only
// its name here: what is in it cannot be seen from outside.
type Volume struct {
	Name      string
	ConfigMap *ConfigMapSource `yaml:"configMap"`
	Projected *Projected
}

// Projected is a volume of several sources.
type Projected struct{ Sources []Source }

// A Source is one source of a projected volume; one that is no ConfigMap is empty here.
type Source struct {
	ConfigMap *ConfigMapSource `yaml:"configMap"`
}

// A ConfigMapSource says which keys of a ConfigMap are files of a volume: all, under
// their names, if there are no Items.
type ConfigMapSource struct {
	Name     string
	Items    []KeyToPath
	Optional bool
}

// KeyToPath is a key and the path of its file in the volume.
type KeyToPath struct{ Key, Path string }

// String returns what people call the workload: "Deployment coredns".
func (w Workload) String() string { return w.Kind + " " + w.Name }

// server returns the container that is the DNS server: by its image, else by its
// arguments, else the first.
func (w Workload) server() Container {
	containers := w.Pod.Containers
	i := slices.IndexFunc(containers, func(c Container) bool {
		_, found := release.OfImage(c.Image)
		return found
	})
	if i < 0 {
		i = slices.IndexFunc(containers, func(c Container) bool {
			_, found := c.flag("conf")
			return found
		})
	}
	if len(containers) == 0 {
		return Container{}
	}
	return containers[max(i, 0)]
}

// Release returns the release that the image tells, which has a Note where that is not
// exact. Ok is false where there is no image.
func (w Workload) Release() (r release.Release, ok bool) {
	image := w.server().Image
	if image == "" {
		return release.Release{}, false
	}
	if r, found := release.OfImage(image); found {
		return r, true
	}
	if w.isNodeCache() {
		return release.NodeCacheOfImage(image), true
	}
	return release.CoreDNSOfImage(image), true
}

// isNodeCache reports whether the server is node-cache, not CoreDNS itself.
func (w Workload) isNodeCache() bool {
	c := w.server()
	if r, found := release.OfImage(c.Image); found {
		return !r.HasAll()
	}
	_, template := c.flag("basecorefile")
	_, local := c.flag("localip")
	return template || local || w.Name == "node-local-dns"
}

// Corefile returns the path of the Corefile that the server starts on, and that of the
// file which its text comes from: node-cache writes its Corefile from a template.
func (w Workload) Corefile() (conf, source string) {
	c := w.server()
	conf, _ = c.flag("conf")
	if conf == "" {
		conf = "Corefile"
	}
	if !path.IsAbs(conf) {
		conf = path.Join("/", c.WorkingDir, conf)
	}
	conf = path.Clean(conf)
	if !w.isNodeCache() {
		return conf, conf
	}
	if source, _ = c.flag("basecorefile"); source == "" {
		source = "/etc/coredns/Corefile.base"
	}
	return conf, path.Clean(source)
}

// Port returns the port of zones that name none, or "" for the usual one.
func (w Workload) Port() string {
	c := w.server()
	if port, found := c.flag("dns.port"); found {
		return port
	}
	port, _ := c.flag("p")
	return port
}

// WorkingDir returns the folder that relative paths in the server's Corefile are relative
// to, those of imports excepted. CoreDNS's images start it in the root folder.
func (w Workload) WorkingDir() string { return path.Join("/", w.server().WorkingDir) }

// flag returns the value of a flag on the container's command line. Go's flags are written
// with one dash or two, and with a blank or an equals sign before the value.
func (c Container) flag(name string) (value string, found bool) {
	words := slices.Concat(c.Command, c.Args)
	for i, word := range words {
		stripped := strings.TrimPrefix(word, "-")
		if stripped == word {
			continue
		}
		given, value, joined := strings.Cut(strings.TrimPrefix(stripped, "-"), "=")
		switch {
		case given != name:
		case joined:
			return value, true
		case i+1 < len(words):
			return words[i+1], true
		}
	}
	return "", false
}
