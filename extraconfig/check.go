package extraconfig

import (
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
	Name: "base Corefile",
	Path: "/etc/coredns/Corefile",
	Text: "import " + path.Join(dir, "*"+corefileSuffix) + "\n.:53 {\n}\n",
}

// Check returns all that the servers have to say about c, in the order of the keys and of
// the places in them; the File of a problem is a key. All servers start on c if none of
// it is an Error.
func Check(c ConfigMap, servers []Server) []corefile.Problem {
	files := c.files()
	conf := corefile.Configuration{Main: base, Files: files, Dir: dir}
	verdicts := make([][]corefile.Problem, len(servers))
	for i, server := range servers {
		verdicts[i] = dnsserver.Judge(conf, dnsserver.Server{Name: server.String(), Release: server.Release})
	}
	return corefile.Merge(files, verdicts...)
}
