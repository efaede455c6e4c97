package extraconfig

import (
	"corewarden/corefile"
	"corewarden/corefile/danger"
	"corewarden/corefile/dnsserver"
	"corewarden/corefile/plugin/reader"
	"corewarden/corefile/query"
	"corewarden/corefile/release"
)

// A Server is a DNS server that loads the ConfigMap.
type Server struct {
	// Workload is the name of its Deployment or DaemonSet: "coredns" or
	// "node-local-dns".
	Workload string
	Release  release.Release
	// Fixed tells that the release is this one, whatever the workload's image says.
	Fixed bool
}

// String returns what problems call the server: "CoreDNS 1.15.0" or "node-local-dns
// (node-cache 1.26.7)".
func (s Server) String() string {
	if s.Workload == "coredns" {
		return s.Release.Name
	}
	return s.Workload + " (" + s.Release.Name + ")"
}

// CheckCorefile returns all that the servers have to say about a Corefile that is the
// whole of their configuration.
func CheckCorefile(file corefile.File, servers []Server) []corefile.Problem {
	var parsing corefile.Report
	var parsed reader.Parsed
	blocks := corefile.Parse(corefile.Configuration{Main: file}, release.Known, &parsing)
	verdicts := atOnce(len(file.Text), servers, func(server Server) []corefile.Problem {
		read, said := dnsserver.Check(blocks, dnsserver.Server{Name: server.String(), Release: server.Release, Parsed: &parsed}, &parsing)
		if rejects(said) {
			return said
		}
		return danger.Check(read, said, server.String(), danger.Surroundings{Server: &query.Server{Release: server.Release, Blocks: read, Port: "53", Parsed: &parsed}})
	})
	files := []corefile.File{file}
	return corefile.Ignore(files, corefile.Merge(files, verdicts...), Cluster{}.certain)
}
