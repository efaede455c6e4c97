package extraconfig

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"corewarden/corefile"
	"corewarden/extraconfig/workload"
)

// A loading is what is known of one server and of what it loads.
type loading struct {
	server   Server
	judged   string             // the name of the ConfigMap that is judged
	workload *workload.Workload // nil: it is not known
	volumes  workload.Volumes
	note     string         // that the release is not exact, or ""
	corefile *corefile.File // its own, if that is given
}

// configMaps returns the names of the ConfigMaps that the server has files of. Of a server
// whose workload is not known, they are those that MetaKube's servers load.
func (l loading) configMaps() []string {
	if l.workload != nil {
		return l.volumes.ConfigMaps()
	}
	return slices.DeleteFunc(Bundles(), func(name string) bool { return !l.loadsByDefault(name) })
}

// loadsByDefault reports whether the server is meant to load a ConfigMap.
func (l loading) loadsByDefault(name string) bool {
	return slices.ContainsFunc(bundles, func(b bundle) bool {
		return b.name == name && (len(b.workloads) == 0 || slices.Contains(b.workloads, l.server.Workload))
	})
}

// paths returns where the server has a key of a ConfigMap as a file.
func (l loading) paths(configMap, key string) []string {
	if l.workload != nil {
		return l.volumes.Paths(configMap, key)
	}
	return []string{path.Join(l.folder(configMap), key)}
}

// folder returns where a server whose workload is not known is taken to have a ConfigMap:
// each in a folder of its own, as their keys have the same names.
func (l loading) folder(configMap string) string {
	if configMap == l.judged {
		return dir
	}
	return path.Join(path.Dir(dir), configMap)
}

// configuration returns what the server loads of the ConfigMaps. All files but those of
// the judged one are foreign. Where its own Corefile is not among the ConfigMaps, missing is
// the path of it, or of its template, and in its place stands one like MetaKube's.
func (l loading) configuration(get contents, upstream string) (conf corefile.Configuration, missing string) {
	conf.Files, conf.Dirs = l.files(get)
	w := l.workload
	switch {
	case w == nil && l.corefile == nil:
		return standIn(conf), ""
	case w == nil:
		stand := unknown(l.server.Workload)
		w = &stand
	}
	at, source := w.Corefile()
	template, found := fileAt(conf.Files, source)
	asItIs, there := fileAt(conf.Files, at)
	render := found || l.corefile != nil
	if !render && there { // node-cache without a template starts on the file itself
		template, found = asItIs, true
	}
	switch {
	case l.corefile != nil:
		template = corefile.File{Name: l.corefile.Name, Text: l.corefile.Text, Foreign: true}
	case !found:
		return standIn(conf), source
	case template.Foreign:
		configMap, key, _ := strings.Cut(template.Name, "/")
		template.Name = fmt.Sprintf("ConfigMap %s, key %s", configMap, key)
	}
	conf.Main = template
	conf.Main.Path, conf.Main.Own = at, template.Foreign
	if !render {
		return conf, ""
	}
	conf.Main.Text = w.Render(template.Text, upstream, func(file string) (string, bool) {
		f, found := fileAt(conf.Files, file)
		return f.Text, found
	})
	return conf, ""
}

// usualAddress is the one that node-local-dns has on every node, where nothing tells another.
const usualAddress = "169.254.20.10"

// unknown stands for a workload of which nothing but the Corefile is known.
func unknown(name string) workload.Workload {
	args := []string{"-conf", "/etc/coredns/Corefile"}
	if name == "node-local-dns" {
		args = append(args, "-localip", usualAddress)
	}
	return workload.New("", name, workload.Pod{Containers: []workload.Container{{Args: args}}})
}

// files returns the files that the server has of ConfigMaps, and the folders in which it
// has no others.
func (l loading) files(get contents) (files []corefile.File, dirs []string) {
	at := map[string]int{}
	for _, name := range l.configMaps() {
		c, _ := get(name)
		for _, key := range c.keys() {
			text, _ := c.text(key)
			file := corefile.File{Name: key, Text: text}
			if name != l.judged {
				file.Name, file.Foreign = name+"/"+key, true
			}
			for _, file.Path = range l.paths(name, key) {
				if i, taken := at[file.Path]; taken { // the later source of a projected volume counts
					files[i] = file
					continue
				}
				at[file.Path] = len(files)
				files = append(files, file)
			}
		}
	}
	if l.workload == nil {
		for _, name := range l.configMaps() {
			if _, found := get(name); found {
				dirs = append(dirs, l.folder(name))
			}
		}
		return files, dirs
	}
	for _, folder := range l.volumes.Folders() {
		known := func(name string) bool {
			_, found := get(name)
			return found || isBundle(name)
		}
		if !slices.ContainsFunc(folder.ConfigMaps, func(name string) bool { return !known(name) }) {
			dirs = append(dirs, folder.Path)
		}
	}
	return files, dirs
}

func fileAt(files []corefile.File, path string) (corefile.File, bool) {
	i := slices.IndexFunc(files, func(f corefile.File) bool { return f.Path == path })
	if i < 0 {
		return corefile.File{}, false
	}
	return files[i], true
}

// standInName is what problems call a Corefile that stands for a server's own.
const standInName = "MetaKube's Corefile"

// standIn returns the configuration with a Corefile that replaces the server's own. Like
// MetaKube's, it imports the ConfigMaps' keys first and serves the root zone itself.
func standIn(conf corefile.Configuration) corefile.Configuration {
	conf.Files = slices.DeleteFunc(slices.Clone(conf.Files), func(f corefile.File) bool {
		configMap, _, _ := strings.Cut(f.Name, "/")
		return f.Foreign && !isBundle(configMap)
	})
	var folders []string
	for _, file := range conf.Files {
		folders = append(folders, path.Dir(file.Path))
	}
	slices.Sort(folders)
	conf.Main = corefile.File{Name: standInName, Path: "/etc/coredns/Corefile", Foreign: true, Own: true}
	for _, folder := range slices.Compact(folders) {
		conf.Main.Text += "import " + path.Join(folder, "*"+corefileSuffix) + "\n"
	}
	conf.Main.Text += ".:53 {\n}\n"
	return conf
}

// pattern returns the import that loads the Corefiles of the judged ConfigMap.
func (l loading) pattern() string {
	folder := dir
	if paths := l.paths(l.judged, corefileSuffix); len(paths) > 0 {
		folder = path.Dir(paths[0])
	}
	return path.Join(folder, "*"+corefileSuffix)
}

// missing says why the file that a server's own Corefile comes from is not known.
func (k Cluster) missing(l loading, source string) string {
	configMap, key, found := l.volumes.Source(source)
	if !found {
		return fmt.Sprintf("%s of %s comes from no ConfigMap", source, l.workload)
	}
	why := cmp.Or(k.Unknown[configMap], "there is no such key")
	return fmt.Sprintf("%s of %s comes from key %s of ConfigMap %s, and %s", source, l.workload, corefile.Quote(key), corefile.Quote(configMap), why)
}

// notLoaded returns the warning that nothing of the ConfigMap is loaded.
func (l loading) notLoaded(message string) corefile.Problem {
	return corefile.Problem{Rule: RuleNotLoaded, Severity: corefile.Warning, Server: l.server.String(), Message: message}
}
