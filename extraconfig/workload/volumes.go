package workload

import (
	"path"
	"slices"
	"strings"
)

// Volumes are the volumes of the server's container, and where it has them.
type Volumes struct {
	mounts     []mount
	configMaps []string // see ConfigMaps
}

// volumesOf returns where a container of the pod has volumes.
func (p Pod) volumesOf(c Container) Volumes {
	volumes := map[string]Volume{}
	for _, v := range p.Volumes {
		volumes[v.Name] = v
	}
	var all Volumes
	for _, m := range c.VolumeMounts {
		mount := newMount(m, volumes[m.Name])
		all.mounts = append(all.mounts, mount)
		for _, source := range mount.sources {
			if !slices.Contains(all.configMaps, source.Name) {
				all.configMaps = append(all.configMaps, source.Name)
			}
		}
	}
	all.configMaps = slices.Clip(all.configMaps)
	return all
}

// ConfigMaps returns the names of the ConfigMaps that the server's container mounts. Where
// several are sources of one volume and have the same file, that of the last counts. They are
// not to be changed.
func (v Volumes) ConfigMaps() []string { return v.configMaps }

// Paths returns where the server has a key of a ConfigMap as a file: at no path if it
// does not mount it, at several if it mounts it more than once.
func (v Volumes) Paths(configMap, key string) []string {
	var paths []string
	for i, m := range v.mounts {
		for _, source := range m.sources {
			if source.Name != configMap {
				continue
			}
			for _, file := range source.files(key) {
				if p, found := m.at(file); found && covering(v.mounts, p) == i {
					paths = append(paths, p)
				}
			}
		}
	}
	return paths
}

// Source returns the ConfigMap and the key that a path of the server's container is a
// file of. A projected volume has what the last of its sources holds, of which one with
// chosen keys is sure to.
func (v Volumes) Source(file string) (configMap, key string, found bool) {
	i := covering(v.mounts, path.Clean(file))
	if i < 0 {
		return "", "", false
	}
	chosen := false
	for _, source := range v.mounts[i].sources {
		if k, ok := source.key(v.mounts[i], path.Clean(file)); ok && (!chosen || len(source.Items) > 0) {
			configMap, key, found = source.Name, k, true
			chosen = len(source.Items) > 0
		}
	}
	return configMap, key, found
}

// A Folder is one of the server's container that holds files of ConfigMaps and no others.
type Folder struct {
	Path       string
	ConfigMaps []string // by name
}

// Folders returns the folders in which every file comes from a ConfigMap.
func (v Volumes) Folders() []Folder {
	var folders []Folder
	for _, m := range v.mounts {
		if m.opaque || m.subPath != "" {
			continue
		}
		f := Folder{Path: m.path}
		for _, source := range m.sources {
			f.ConfigMaps = append(f.ConfigMaps, source.Name)
		}
		folders = append(folders, f)
	}
	return folders
}

// Opaque reports whether a volume whose content is unknown may hold a
// file of the server's container.
func (v Volumes) Opaque(file string) bool {
	i := covering(v.mounts, path.Clean(file))
	return i >= 0 && v.mounts[i].opaque
}

// Mounted reports whether a path of the server's container belongs to a volume.
func (v Volumes) Mounted(file string) bool { return covering(v.mounts, path.Clean(file)) >= 0 }

// A mount is a volume where the server's container has it.
type mount struct {
	path, subPath string
	sources       []ConfigMapSource
	opaque        bool // it may hold more than the sources say
}

func newMount(vm VolumeMount, v Volume) mount {
	m := mount{path: path.Clean(vm.MountPath), subPath: strings.Trim(vm.SubPath, "/")}
	switch {
	case vm.SubPathExpr != "": // depends on the pod's environment
		m.opaque = true
	case v.ConfigMap != nil:
		m.sources = []ConfigMapSource{*v.ConfigMap}
	case v.Projected != nil:
		for _, source := range v.Projected.Sources {
			if source.ConfigMap == nil {
				m.opaque = true
			} else {
				m.sources = append(m.sources, *source.ConfigMap)
			}
		}
	default:
		m.opaque = true
	}
	return m
}

// at returns the path at which a file of the volume is in the container.
func (m mount) at(file string) (at string, found bool) {
	if m.subPath == "" || file == m.subPath {
		return path.Join(m.path, strings.TrimPrefix(file, m.subPath)), true
	}
	if rest, below := strings.CutPrefix(file, m.subPath+"/"); below {
		return path.Join(m.path, rest), true
	}
	return "", false
}

// files returns the paths that a key has in the volume.
func (s ConfigMapSource) files(key string) []string {
	if len(s.Items) == 0 {
		return []string{key}
	}
	var files []string
	for _, item := range s.Items {
		if item.Key == key {
			files = append(files, path.Clean(item.Path))
		}
	}
	return files
}

// key returns the key that a path in the container is a file of, if the source may hold
// it.
func (s ConfigMapSource) key(m mount, file string) (string, bool) {
	for _, item := range s.Items {
		if at, found := m.at(path.Clean(item.Path)); found && at == file {
			return item.Key, true
		}
	}
	if len(s.Items) > 0 {
		return "", false
	}
	if m.subPath != "" { // a key's name has no slash: it is this file or none
		return m.subPath, file == m.path
	}
	return path.Base(file), path.Dir(file) == m.path
}

// covering returns the index of the mount that a path belongs to, the innermost, or -1.
func covering(mounts []mount, file string) int {
	best := -1
	for i, m := range mounts {
		if (file == m.path || strings.HasPrefix(file, strings.TrimSuffix(m.path, "/")+"/")) &&
			(best < 0 || len(m.path) >= len(mounts[best].path)) {
			best = i
		}
	}
	return best
}
