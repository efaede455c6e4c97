package extraconfig

import (
	"cmp"
	"path"

	"corewarden/corefile"
	"corewarden/corefile/dnsserver"
	"corewarden/corefile/release"
)

// A Server is a DNS server that loads the ConfigMap.
type Server struct {
	// Workload is the name of its Deployment or DaemonSet: "coredns" or
	// "node-local-dns".
	Workload string
	Release  release.Release
}

// String returns what problems call the server: "CoreDNS 1.15.0" or "node-local-dns
// (node-cache 1.26.7)".
func (s Server) String() string {
	if s.Workload == "coredns" {
		return s.Release.Name
	}
	return s.Workload + " (" + s.Release.Name + ")"
}

// base stands for the servers' own Corefile: like MetaKube's, it imports the ConfigMap's
// keys first and serves the root zone itself.
var base = corefile.File{
	Name:    "base Corefile",
	Path:    "/etc/coredns/Corefile",
	Text:    "import " + path.Join(dir, "*"+corefileSuffix) + "\n.:53 {\n}\n",
	Foreign: true,
}

// Check returns all that the servers have to say about c, in the order of the keys and of
// the places in them; the File of a problem is a key. All servers start on c if none of
// it is an Error.
func Check(c ConfigMap, servers []Server) []corefile.Problem {
	return judge(corefile.Configuration{Main: base, Files: c.files(), Dirs: []string{dir}}, servers)
}

func judge(conf corefile.Configuration, servers []Server) []corefile.Problem {
	judges := make([]dnsserver.Server, len(servers))
	for i, server := range servers {
		judges[i] = dnsserver.Server{Name: server.String(), Release: server.Release}
	}
	return dnsserver.Judge(conf, judges...)
}

// CheckAsWritten is Check for a manifest that the webhook has not normalised yet: a wrong
// key name that it would mend is a warning, and problems name the keys as they are written.
func CheckAsWritten(c ConfigMap, servers []Server) []corefile.Problem {
	normal, renames, problems := Normalise(c)
	written := map[string]string{}
	for _, r := range renames {
		written[r.To] = r.From
		problems = append(problems, corefile.Problem{Rule: RuleKeyName, Severity: corefile.Warning, File: r.From, Message: r.String(), Suggestion: r.To})
	}
	checked := Check(normal, servers)
	for i, p := range checked {
		checked[i].File = cmp.Or(written[p.File], p.File)
	}
	return corefile.Merge(c.files(), problems, checked)
}

// CheckCorefile returns all that the servers have to say about a Corefile that is the
// whole of their configuration.
func CheckCorefile(file corefile.File, servers []Server) []corefile.Problem {
	return judge(corefile.Configuration{Main: file}, servers)
}
