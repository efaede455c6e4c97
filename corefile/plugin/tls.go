package plugin

import (
	"path"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// TLS is one use of tls.
type TLS struct {
	// Certificate and CA are the names of files, or "".
	Certificate, CA string
	// ACME says how a certificate by ACME is managed: two that say the same are equal.
	ACME       string
	ClientAuth string
	// Unsure tells that some of that depends on the pod's environment.
	Unsure bool
}

// tlsPlugin reads: tls CERT KEY [CA] { client_auth, keylog }, or since CoreDNS 1.14.7
// tls { acme DOMAIN...; … }. The last use in a block counts, but all have to be right.
func tlsPlugin(p *Parser) error {
	acme := acmeUses{p}
	return p.Every(func() error {
		use := &TLS{ClientAuth: "nocert", Unsure: p.Environment}
		p.Settings.TLS = use
		args := p.RemainingArgs()
		n := len(args)
		switch {
		case n == 0 && p.Since("1.14.7"):
			var err error
			use.ACME, err = acme.read()
			return err
		case n != 2 && n != 3:
			return p.ArgErr("tls CERT KEY [CA]")
		}
		use.Certificate = args[0].Text
		if n == 3 {
			use.CA = args[2].Text
		}
		for i, name := range args {
			if i == 2 && name.Text == "" && !p.Has("root") {
				continue // which stands for the CAs of the system
			}
			if err := p.PodFile(name, []string{"the certificate", "the key", "the CA certificate"}[i]); err != nil {
				return err
			}
		}
		return p.ReadBlock(reader.Properties{
			{Name: "client_auth", Usage: "nocert|request|require|verify_if_given|require_and_verify", Read: func() error {
				if err := p.OneOf("client_auth nocert|request|require|verify_if_given|require_and_verify", nil, "nocert", "request", "require", "verify_if_given", "require_and_verify"); err != nil {
					return err
				}
				use.ClientAuth = p.Val()
				return nil
			}},
			{Name: "keylog", Usage: "FILE", Since: "1.14.3", Read: p.tlsKeyLog},
		})
	})
}

// tlsKeyLog reads: keylog FILE. CoreDNS opens the last one given, and does without one if
// that has no name.
func (p *Parser) tlsKeyLog() error {
	args := p.RemainingArgs()
	if len(args) != 1 {
		return p.ArgErr("keylog FILE")
	}
	if args[0].Text == "" {
		return nil
	}
	if !reader.PossibleFile(args[0].Text) || path.Clean(args[0].Text) == "/" {
		return p.Errorf(reader.RuleInvalidValue, "the key log is %s, which cannot be a file name. Write its path", corefile.Quote(args[0].Text))
	}
	p.Warnf(reader.RulePodFile, "the server starts only if it can write %s; Corewarden cannot check this. Anyone with this file can read the encrypted queries", corefile.Quote(args[0].Text))
	return nil
}
