package plugin

import (
	"net/url"
	"strconv"
	"strings"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// dnstap reads: dnstap [listen] ENDPOINT [full [WRITE-BUFFER [QUEUE]]] { identity NAME;
// version NAME; extra FORMAT; skipverify; tls CERTIFICATE KEY [CA] }. Before 1.14.4 an
// unknown property was ignored, and so was a wrong number before 1.13.0.
func dnstap(p *Parser) error {
	return p.Every(func() error {
		args := p.RemainingArgs()
		if len(args) == 0 {
			return p.ArgErr("dnstap ENDPOINT [full [WRITE-BUFFER [QUEUE]]]")
		}
		listens := false
		if args[0].Text == "listen" {
			if listens = p.Since("1.14.4"); listens {
				args = args[1:]
			} else {
				p.WarnAt(args[0], reader.RuleIgnored, "%s reads \"listen\" as the path of a socket: listen came with CoreDNS 1.14.4. Remove it", p.Release.Name)
			}
			if listens && len(args) == 0 {
				return p.ArgErr("dnstap listen ENDPOINT")
			}
		}
		if p.Hidden(args[0]) {
			listens = true // perhaps
		} else if err := p.dnstapArguments(args); err != nil {
			return err
		}
		encrypted := false
		defer func() { p.tap(args[0], listens, encrypted) }()
		return p.LenientBlock("1.14.4", reader.Properties{
			{Name: "identity", Usage: "TEXT", Read: p.dnstapText},
			{Name: "version", Usage: "TEXT", Read: p.dnstapText},
			{Name: "extra", Usage: "TEXT", Read: p.dnstapText},
			{Name: "skipverify", Read: reader.Nothing},
			{Name: "tls", Usage: "CERTIFICATE KEY [CA]", Since: "1.14.4", Read: func() error { encrypted = true; return p.dnstapTLS(listens) }},
		})
	})
}

// A Tap is where dnstap waits for those who want to see queries. It listens before the server
// does, and lets nobody share its port.
type Tap struct {
	// Token is the endpoint.
	Token corefile.Token
	// Host and Port are its address; without a host it is every address.
	Host, Port string
	// Doubtful tells that nobody outside of the pod knows whether it listens.
	Doubtful bool
}

// tap takes note of an endpoint on which dnstap listens: with tls:// only if it has a
// certificate, which is in the pod.
func (p *Parser) tap(endpoint corefile.Token, listens, encrypted bool) {
	address, err := url.Parse(endpoint.Text)
	if !listens || p.Hidden(endpoint) || err != nil || address.Port() == "" {
		return
	}
	if address.Scheme == "tcp" || address.Scheme == "tls" && encrypted {
		p.Settings.Taps = append(p.Settings.Taps, Tap{endpoint, address.Hostname(), address.Port(), encrypted})
	}
}

// dnstapArguments checks the arguments from the endpoint on.
func (p *Parser) dnstapArguments(args []corefile.Token) error {
	n := len(args)
	if strings.HasPrefix(args[0].Text, "tcp://") || strings.HasPrefix(args[0].Text, "tls://") {
		if _, err := url.Parse(args[0].Text); err != nil {
			return p.ErrorAt(args[0], reader.RuleInvalidValue, "the endpoint %s is not a URL. Write for example \"tcp://10.0.0.1:6000\"", corefile.Quote(args[0].Text))
		}
	}
	if n > 1 && args[1].Text != "full" {
		p.WarnAt(args[1], reader.RuleIgnored, "CoreDNS ignores %s. Write full to send whole messages, or remove it", corefile.Quote(args[1].Text))
	}
	read := 4 // as many arguments are read
	if !p.Since("1.11.4") {
		read = 2
	}
	if n > read {
		p.WarnAt(args[read], reader.RuleIgnored, "%s ignores this argument and what follows. Remove them", p.Release.Name)
	}
	if n < 3 || read < 4 {
		return nil
	}
	if !p.Since("1.13.0") {
		return p.dnstapQueue(args)
	}
	if err := p.Integer(args[2], "the size of the write buffer in MiB", 1, 1024); err != nil || n < 4 {
		return err
	}
	err := p.Integer(args[3], "the size of the queue in units of 10,000 messages", 1, 4096)
	return err
}

// dnstapQueue checks the size of the queue as Go did before CoreDNS began to: the server
// panics for one that cannot be.
func (p *Parser) dnstapQueue(args []corefile.Token) error {
	if len(args) < 4 {
		return nil
	}
	const (
		pointer     = 8
		addressable = 1 << 47 // bytes that a process has at most
	)
	factor, _ := strconv.Atoi(args[3].Text)
	size := factor * 10_000 // it may overflow, and does so there too
	switch {
	case size < 0 || size > addressable/pointer:
		return p.ErrorAt(args[3], reader.RuleInvalidValue, "the size of the queue is %s. Write a whole number from 1 to 4096, in units of 10,000 messages", corefile.Quote(args[3].Text))
	case factor > 4096:
		p.WarnAt(args[3], reader.RuleInvalidValue, "a queue of %s may need more memory than there is, and CoreDNS 1.13.0 and later reject it. Write 1 to 4096, in units of 10,000 messages", corefile.Quote(args[3].Text))
	}
	return nil
}

// dnstapText reads one argument; a word that follows is read as the next property.
func (p *Parser) dnstapText() error {
	name := p.Val()
	if !p.NextArg() {
		return p.ArgErr(name + " TEXT")
	}
	return nil
}

func (p *Parser) dnstapTLS(listens bool) error {
	if !listens {
		return p.Errorf(reader.RuleConflict, "tls works only with dnstap listen. Remove it, or write the endpoint as \"tls://…\"")
	}
	args := p.RemainingArgs()
	if len(args) < 2 {
		return p.ArgErr("tls CERTIFICATE KEY [CA]")
	}
	return nil
}
