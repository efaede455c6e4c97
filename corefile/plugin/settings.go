package plugin

import "corewarden/corefile/plugin/reader"

// Settings are what the plugins of a server block say, as far as others than their grammars
// ask. Each value knows the words that it was read from.
type Settings struct {
	reader.Found

	ACLs     []ACL
	Autopath *Autopath
	Binds    []Bind
	DNS64    *DNS64
	Forwards []Forward
	GRPC     *GRPC
	Hosts    *Hosts
	// HTTPS is the block's first use, which is the one that counts.
	HTTPS      *HTTPS
	Kubernetes *Kubernetes
	Logs       []Log
	Nomad      *Nomad
	Rewrites   []Rewrite
	Taps       []Tap
	Templates  []Template
	// TLS is the block's last use, which is the one that counts.
	TLS  *TLS
	TSIG *TSIG
	View *View
}
