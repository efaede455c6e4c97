// Package workload reads from a Deployment or DaemonSet what the DNS server in its pods
// loads: which release it is, which Corefile it starts on, and where its files come from.
//
// It knows no Kubernetes: its types hold what counts of the real ones, under the same
// names.
package workload

import (
	"cmp"
	"path"
	"slices"

	"corewarden/corefile/release"
)

// A Workload is what counts of a Deployment or DaemonSet.
type Workload struct {
	// Kind is "Deployment" or "DaemonSet".
	Kind string
	Name string

	pod    Pod
	server server
}

// A server is what is read of the container that is the DNS server.
type server struct {
	image, workingDir string
	flags             map[string]string
	release           release.Release
	nodeCache         bool     // it is node-cache, not CoreDNS itself
	local             []string // see LocalAddresses
	volumes           Volumes
}

// New returns the workload of a kind and name with pods like the given one.
func New(kind, name string, pod Pod) Workload {
	container, known := pod.server()
	s := server{image: container.Image, workingDir: path.Join("/", container.WorkingDir), flags: container.flags(), volumes: pod.volumesOf(container)}
	_, template := s.flags["basecorefile"]
	_, local := s.flags["localip"]
	switch {
	case known:
		s.release, _ = release.OfImage(s.image)
		s.nodeCache = !s.release.HasAll()
	case template || local || name == "node-local-dns":
		s.release, s.nodeCache = release.NodeCacheOfImage(s.image), true
	default:
		s.release = release.CoreDNSOfImage(s.image)
	}
	s.local = localAddresses(s.flags["localip"])
	return Workload{Kind: kind, Name: name, pod: pod, server: s}
}

// Pod returns what the workload was made with.
func (w Workload) Pod() Pod { return w.pod }

// HostNetwork tells that the server listens on its node.
func (w Workload) HostNetwork() bool { return w.pod.HostNetwork }

// Requires reports whether pods cannot start without a ConfigMap: some volume of it is not
// optional, whichever container mounts it.
func (w Workload) Requires(configMap string) bool {
	return w.mounts(func(s *ConfigMapSource) bool { return s.Name == configMap && !s.Optional })
}

// RequiresKeys reports whether pods cannot start without certain keys of a ConfigMap: such a
// volume has items.
func (w Workload) RequiresKeys(configMap string) bool {
	return w.mounts(func(s *ConfigMapSource) bool { return s.Name == configMap && !s.Optional && len(s.Items) > 0 })
}

// mounts reports whether some volume has such a source.
func (w Workload) mounts(such func(*ConfigMapSource) bool) bool {
	is := func(s *ConfigMapSource) bool { return s != nil && such(s) }
	return slices.ContainsFunc(w.pod.Volumes, func(v Volume) bool {
		return is(v.ConfigMap) || v.Projected != nil &&
			slices.ContainsFunc(v.Projected.Sources, func(s Source) bool { return is(s.ConfigMap) })
	})
}

// Volumes returns where the server's container has volumes.
func (w Workload) Volumes() Volumes { return w.server.volumes }

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
	WorkingDir    string `yaml:"workingDir"`
	Env           []EnvVar
	EnvFrom       []struct{}    `yaml:"envFrom"`
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
// its name here: its content is unknown.
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

// server returns the container that is the DNS server, by its image, which is known
// then, else by its arguments, else the first.
func (p Pod) server() (c Container, known bool) {
	for _, c := range p.Containers {
		if _, known = release.OfImage(c.Image); known {
			return c, true
		}
	}
	for _, c := range p.Containers {
		if _, found := c.flags()["conf"]; found {
			return c, false
		}
	}
	if len(p.Containers) == 0 {
		return Container{}, false
	}
	return p.Containers[0], false
}

// Release returns the release that the image tells, which has a Note where that is not
// exact. Ok is false where there is no image.
func (w Workload) Release() (r release.Release, ok bool) {
	if w.server.image == "" {
		return release.Release{}, false
	}
	return w.server.release, true
}

// Corefile returns the path of the Corefile that the server starts on, and that of the
// file which its text comes from: node-cache writes its Corefile from a template.
func (w Workload) Corefile() (conf, source string) {
	flags := w.server.flags
	conf = cmp.Or(flags["conf"], "Corefile")
	if !path.IsAbs(conf) {
		conf = path.Join(w.server.workingDir, conf)
	}
	conf = path.Clean(conf)
	if !w.server.nodeCache {
		return conf, conf
	}
	return conf, path.Clean(cmp.Or(flags["basecorefile"], "/etc/coredns/Corefile.base"))
}

// Port returns the port of zones that name none, or "" for the usual one and for one that
// only the pods know.
func (w Workload) Port() string {
	flag := "dns.port"
	if _, found := w.server.flags[flag]; !found {
		flag = "p"
	}
	if w.depends(flag) {
		return ""
	}
	return w.server.flags[flag]
}

// WorkingDir returns the folder that relative paths in the server's Corefile are relative
// to, those of imports excepted. CoreDNS's images start it in the root folder.
func (w Workload) WorkingDir() string { return w.server.workingDir }
