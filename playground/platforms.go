package playground

import (
	"embed"
	"fmt"
	"path"
	"slices"
)

// A Platform is where a Corefile is loaded: on what terms, and beside which others.
type Platform struct {
	ID string
	// Group is what people call it, and Name the kind of text that it takes.
	Group, Name string
	// Note tells users where their text goes.
	Note string
	// CoreDNS and NodeLocalDNS are the own Corefiles of the servers, which load the text. Where
	// both are "", the text is all that a server loads.
	CoreDNS, NodeLocalDNS string

	folder string // where pods have the text
	file   string // what it is called there
}

//go:embed bases/*.Corefile
var bases embed.FS

// Platforms returns all that are known.
func Platforms() []Platform {
	platforms := []Platform{
		{ID: "whole", Group: "Any cluster", Name: "the whole Corefile", Note: "Your text is all that the server loads, as on kubeadm, EKS and kind."},
		{
			ID: "metakube", Group: "MetaKube", Name: "dns-extra-configs", Note: "Both servers import your text as server blocks.",
			CoreDNS: base("metakube"), NodeLocalDNS: base("metakube-node-local-dns"), folder: "/etc/coredns/extra-configs", file: corefileKey,
		},
	}
	for _, custom := range []struct{ id, group string }{{"aks", "AKS"}, {"k3s", "k3s"}, {"gardener", "Gardener"}} {
		p := Platform{Group: custom.group, CoreDNS: base(custom.id), folder: "/etc/coredns/custom"}
		p.ID, p.Name, p.file = custom.id+"-server", "coredns-custom, a key *.server", "your.server"
		p.Note = "CoreDNS imports your text as server blocks."
		platforms = append(platforms, p)
		p.ID, p.Name, p.file = custom.id+"-override", "coredns-custom, a key *.override", "your.override"
		p.Note = "CoreDNS imports your text into the block of the root zone: write plugins, not server blocks."
		platforms = append(platforms, p)
	}
	return platforms
}

// base returns a server's own Corefile. They are as the platforms have them, without comments.
func base(name string) string {
	text, err := bases.ReadFile(path.Join("bases", name+".Corefile"))
	if err != nil {
		panic(err) // cannot be: it is one of those above
	}
	return string(text)
}

func platformOf(id string) (Platform, error) {
	platforms := Platforms()
	i := slices.IndexFunc(platforms, func(p Platform) bool { return p.ID == id })
	if i < 0 {
		return Platform{}, fmt.Errorf("unknown platform %q", id)
	}
	return platforms[i], nil
}
