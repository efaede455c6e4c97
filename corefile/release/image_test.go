package release_test

import (
	"testing"

	"corewarden/corefile/release"
)

func TestAnImageTellsServerAndRelease(t *testing.T) {
	t.Parallel()
	newest := "CoreDNS " + release.NewestCoreDNS
	const digest = "@sha256:5e8f1a3c0b7d9e2f4a6c8e0d1b3f5a7c9e1d3b5f7a9c1e3d5b7f9a1c3e5d7b9f"
	for _, test := range []struct {
		name, image, want string // want is the release's name; "" for neither server
		note              string
	}{
		{name: "CoreDNS as Kubernetes names it", image: "registry.k8s.io/coredns/coredns:v1.14.3", want: "CoreDNS 1.14.3"},
		{name: "CoreDNS as its project names it", image: "coredns/coredns:1.13.1", want: "CoreDNS 1.13.1"},
		{name: "without a folder", image: "coredns:1.13.1", want: "CoreDNS 1.13.1"},
		{name: "node-cache", image: "registry.k8s.io/dns/k8s-dns-node-cache:1.26.7", want: "node-cache 1.26.7"},
		{name: "node-cache for one architecture", image: "k8s.gcr.io/k8s-dns-node-cache-amd64:1.26.4", want: "node-cache 1.26.4"},
		{name: "a registry with a port", image: "mirror.example:5000/dns/coredns:v1.12.1", want: "CoreDNS 1.12.1"},
		{name: "a digest beside the tag", image: "registry.k8s.io/coredns/coredns:v1.14.3" + digest, want: "CoreDNS 1.14.3"},
		{name: "a build of EKS", image: "602401143452.dkr.ecr.eu-central-1.amazonaws.com/eks/coredns:v1.11.4-eksbuild.2", want: "CoreDNS 1.11.4"},
		{name: "a build of Bitnami", image: "docker.io/bitnami/coredns:1.12.1-debian-12-r3", want: "CoreDNS 1.12.1"},
		{name: "a build of Rancher", image: "rancher/hardened-coredns:v1.12.3-build20250806", want: "CoreDNS 1.12.3"},
		{name: "a build of k3s", image: "rancher/mirrored-coredns-coredns:1.12.0", want: "CoreDNS 1.12.0"},
		{name: "a build of VMware", image: "projects.example/tkg/coredns:v1.11.3_vmware.5", want: "CoreDNS 1.11.3"},
		{name: "a build of GKE", image: "gke.gcr.io/k8s-dns-node-cache:1.26.5-gke.3" + digest, want: "node-cache 1.26.5"},

		{name: "an older version", image: "coredns:v1.8.0", want: "CoreDNS 1.11.3", note: "CoreDNS 1.8.0 is not known: checked as 1.11.3, the oldest known release"},
		{name: "a newer version", image: "coredns:v99.0.0", want: newest, note: "CoreDNS 99.0.0 is not known: checked as " + release.NewestCoreDNS + ", the newest known release"},
		{name: "no tag", image: "coredns/coredns", want: newest, note: `image "coredns/coredns" names no version: checked as ` + newest + `, the newest that it can be`},
		{name: "no tag, and a registry with a port", image: "mirror.example:5000/coredns", want: newest, note: `image "mirror.example:5000/coredns" names no version: checked as ` + newest + `, the newest that it can be`},
		{name: "a digest alone", image: "dns/k8s-dns-node-cache" + digest, want: "node-cache " + release.NewestNodeCache, note: `image "dns/k8s-dns-node-cache" names no version: checked as node-cache ` + release.NewestNodeCache + `, the newest that it can be`},
		{name: "a tag that is no version", image: "coredns:latest", want: newest, note: `image "coredns:latest" names no version: checked as ` + newest + `, the newest that it can be`},
		{name: "a version of two numbers", image: "coredns:v1.13", want: "CoreDNS 1.13.2", note: `image "coredns:v1.13" names no version: checked as CoreDNS 1.13.2, the newest that it can be`},
		{name: "one number", image: "coredns:1", want: newest, note: `image "coredns:1" names no version: checked as ` + newest + `, the newest that it can be`},

		{name: "another server", image: "registry.example/dnsmasq:2.90"},
		{name: "a folder of that name", image: "coredns/dnsmasq:2.90"},
		{name: "nothing", image: ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r, ok := release.OfImage(test.image)
			if r.Name != test.want || r.Note != test.note || ok != (test.want != "") {
				t.Errorf("%s is %q with the note %q (%v)\nwant %q and %q", test.image, r.Name, r.Note, ok, test.want, test.note)
			}
		})
	}
}

func TestAnImageOfAnotherNameHasTheVersionOfItsTag(t *testing.T) {
	t.Parallel()
	const image = "registry.example/dns:1.26.4"
	if got := release.NodeCacheOfImage(image); got.Name != "node-cache 1.26.4" || got.Note != "" {
		t.Errorf("%s is %q with the note %q", image, got.Name, got.Note)
	}
	if got := release.CoreDNSOfImage("registry.example/dns:1.13.1"); got.Name != "CoreDNS 1.13.1" || got.Note != "" {
		t.Errorf("it is %q with the note %q", got.Name, got.Note)
	}
}
