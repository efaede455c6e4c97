package extraconfig

import (
	"path"
	"slices"
	"strings"
	"sync"

	"corewarden/corefile"
	"corewarden/extraconfig/workload"
)

// Uses returns whether a server needs a key of a ConfigMap under the name that it has: a
// volume of its workload names the key, or a file that it loads beside the ConfigMap reads it.
func (k Cluster) Uses(configMap string) func(key string) bool {
	users := sync.OnceValue(func() []user { return k.users(configMap) })
	return func(key string) bool {
		return slices.ContainsFunc(users(), func(u user) bool { return u.uses(key) })
	}
}

// A user is a server and what it needs of a ConfigMap.
type user struct {
	chosen   []string                  // keys that its volumes name
	paths    func(key string) []string // where it has a key
	files    map[string]bool           // by path, what its other files read
	patterns []string                  // of paths that they import
}

func (k Cluster) users(configMap string) []user {
	var users []user
	for _, l := range k.loadings() {
		if !slices.Contains(l.configMaps(), configMap) {
			continue
		}
		l.judged = configMap
		u := user{paths: func(key string) []string { return l.paths(configMap, key) }, files: map[string]bool{}}
		workingDir := "/"
		if l.workload != nil {
			u.chosen, workingDir = chosen(l.workload.Pod(), configMap), l.workload.WorkingDir()
		}
		conf, _ := l.configuration(k.with(configMap, ConfigMap{}), k.upstream(l))
		for _, file := range append(conf.Files, conf.Main) {
			u.add(file, workingDir)
		}
		users = append(users, u)
	}
	return users
}

// add adds what a file reads: what it imports, and every word that may be a path.
func (u *user) add(file corefile.File, workingDir string) {
	for _, name := range corefile.Imports(file) {
		if !isPattern(name) {
			u.files[name] = true
		} else if len(u.patterns) <= maxPatterns && !slices.Contains(u.patterns, name) {
			u.patterns = append(u.patterns, name)
		}
	}
	for word := range corefile.Words(file.Text) {
		switch {
		case path.IsAbs(word.Text):
			u.files[path.Clean(word.Text)] = true
		case strings.Contains(word.Text, "/"):
			u.files[path.Join(workingDir, word.Text)] = true
		}
	}
}

func (u user) uses(key string) bool {
	return slices.Contains(u.chosen, key) || slices.ContainsFunc(u.paths(key), func(at string) bool {
		return u.files[at] || slices.ContainsFunc(u.patterns, func(pattern string) bool {
			ok, err := path.Match(pattern, at)
			return ok && err == nil
		})
	})
}

// chosen returns the keys of a ConfigMap that volumes name, as items or by a subPath: without
// such a key the pod does not start, or has a folder instead of the file.
func chosen(pod workload.Pod, configMap string) []string {
	var keys []string
	for _, v := range pod.Volumes {
		var sources []workload.ConfigMapSource
		if v.ConfigMap != nil {
			sources = append(sources, *v.ConfigMap)
		}
		if v.Projected != nil {
			for _, s := range v.Projected.Sources {
				if s.ConfigMap != nil {
					sources = append(sources, *s.ConfigMap)
				}
			}
		}
		for _, s := range sources {
			if s.Name != configMap {
				continue
			}
			for _, item := range s.Items {
				keys = append(keys, item.Key)
			}
			for _, c := range pod.Containers {
				for _, m := range c.VolumeMounts {
					if m.Name == v.Name {
						keys = append(keys, m.SubPath)
					}
				}
			}
		}
	}
	return keys
}
