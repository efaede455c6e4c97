package plugin

import (
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// etcd reads: etcd [ZONE...] { path, endpoint, credentials, tls, fallthrough,
// min-lease-ttl, max-lease-ttl, no_apex_fallback }.
func etcd(p *Parser) error {
	return p.First(func() error {
		use := reader.Store{Token: p.Token(), Zones: p.Origins(p.RemainingArgs())}
		defer func() { p.Store(use) }()
		endpoint := p.Tokens[0]
		endpoint.Text = ""
		err := p.ReadBlock(reader.Properties{
			{Name: "path", Usage: "PATH", Read: p.WordInto(new(string))},
			{Name: "endpoint", Usage: "URL...", Read: func() error {
				args := p.RemainingArgs()
				if len(args) == 0 {
					return p.ArgErr("endpoint URL...")
				}
				endpoint = args[0]
				return nil
			}},
			{Name: "credentials", Usage: "USER PASSWORD", Read: p.etcdCredentials},
			{Name: "tls", Usage: "[CERT KEY] [CA]", Read: p.TLSFiles},
			{Name: "fallthrough", Usage: "[ZONE...]", Read: p.FallthroughInto(&use.Fallthrough)},
			{Name: "min-lease-ttl", Usage: "SECONDS|DURATION", Since: "1.12.4", Read: p.etcdTTL},
			{Name: "max-lease-ttl", Usage: "SECONDS|DURATION", Since: "1.12.4", Read: p.etcdTTL},
			{Name: "no_apex_fallback", Since: "1.15.0", Read: p.NoArguments},
			// Of former times, and ignored.
			{Name: "stubzones", Read: reader.Nothing},
			{Name: "debug", Read: reader.Nothing},
			{Name: "upstream", Read: func() error { p.RemainingArgs(); return nil }},
		})
		if err == nil && !isEtcdEndpoint(endpoint.Text) && !p.Overridable() {
			return p.ErrorAt(endpoint, reader.RuleInvalidValue, "the endpoint %s is not a URL. Write for example %q", corefile.Quote(endpoint.Text), "http://192.0.2.1:2379")
		}
		return err
	})
}

// isEtcdEndpoint reports whether etcd's client takes an endpoint, of which it looks only
// at the first, and only at its escapes.
func isEtcdEndpoint(endpoint string) bool {
	_, authority, found := strings.Cut(endpoint, "://")
	if !found {
		authority = endpoint
	}
	_, err := url.Parse("etcd-endpoints://0/" + authority)
	return err == nil
}

// etcdCredentials reads: credentials USER PASSWORD. With both, CoreDNS logs in at the start.
func (p *Parser) etcdCredentials() error {
	property := p.Token()
	args := p.RemainingArgs()
	if len(args) != 2 {
		return p.ArgErr("credentials USER PASSWORD")
	}
	if args[0].Text != "" && args[1].Text != "" {
		p.WarnAt(property, reader.RulePodNetwork, "the server starts only after it has logged in to etcd; Corewarden cannot check this")
	}
	return nil
}

// etcdTTL reads a number of seconds, or a duration; an empty word is 0.
func (p *Parser) etcdTTL() error {
	name := p.Val()
	if !p.NextArg() {
		return p.ArgErr(name + " SECONDS|DURATION")
	}
	text := strings.TrimSpace(p.Val())
	if _, err := strconv.ParseUint(text, 10, 64); err == nil {
		text += "s"
	}
	d, err := time.ParseDuration(text)
	if text != "" && (err != nil || d < 0 || d.Seconds() > math.MaxUint32) {
		return p.Errorf(reader.RuleInvalidValue, `%s is %s. Write seconds or a duration of at most %d seconds, such as "30" or "5m"`, name, corefile.Quote(p.Val()), uint32(math.MaxUint32))
	}
	return nil
}
