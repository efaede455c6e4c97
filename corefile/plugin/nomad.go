package plugin

import (
	"net/url"

	"github.com/miekg/dns"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// A Nomad is the first use of nomad, which is the one that counts.
type Nomad struct {
	// Zone is the one that the names of services are thought to end with, fully qualified.
	Zone string
}

// Serves reports whether it answers for a name: one with a service and a namespace before as many
// labels as the zone has. It does not look at these.
func (n *Nomad) Serves(name string) bool { return dns.CountLabel(name) >= dns.CountLabel(n.Zone)+2 }

// nomad reads: nomad [ZONE] { address URL...; filter EXPRESSION; token TOKEN; ttl SECONDS },
// with the properties in capitals or not. It need not reach Nomad to start.
func nomad(p *Parser) error {
	return p.First(func() error {
		args := p.RemainingArgs()
		p.Ignored(args, 1)
		p.Settings.Nomad = &Nomad{Zone: "service.nomad."}
		if len(args) > 0 {
			p.Settings.Nomad.Zone = dns.Fqdn(args[0].Text)
		}
		return p.FoldedBlock(reader.Properties{
			{Name: "address", Usage: "URL...", Read: p.nomadAddress},
			{Name: "filter", Usage: "EXPRESSION", Since: "1.13.2", Read: p.nomadValue("filter EXPRESSION")},
			{Name: "token", Usage: "TOKEN", Read: p.nomadValue("token TOKEN")},
			{Name: "ttl", Usage: "SECONDS", Read: func() error {
				args := p.RemainingArgs()
				if len(args) != 1 {
					return p.ArgErr("ttl SECONDS")
				}
				err := p.Integer(args[0], "the TTL", 0, 3600)
				return err
			}},
		})
	})
}

func (p *Parser) nomadAddress() error {
	args := p.RemainingArgs()
	if len(args) == 0 {
		return p.ArgErr("address URL...")
	}
	for _, arg := range args {
		if _, err := url.Parse(arg.Text); err != nil {
			return p.ErrorAt(arg, reader.RuleInvalidValue, `%s is not a URL. Write for example "http://127.0.0.1:4646"`, corefile.Quote(arg.Text))
		}
	}
	return nil
}

func (p *Parser) nomadValue(usage string) func() error {
	return func() error {
		if len(p.RemainingArgs()) != 1 {
			return p.ArgErr(usage)
		}
		return nil
	}
}
