package plugin

import (
	"slices"
	"strings"

	"corewarden/corefile"
)

// autopath reads: autopath [ZONE...] RESOLV-CONF|@PLUGIN. The last use in a block counts,
// but all files have to be there.
func autopath(p *Parser) error {
	source := ""
	at := p.position
	err := p.every(func() error {
		args := p.RemainingArgs()
		if len(args) == 0 {
			return p.argErr("autopath [ZONE...] RESOLV-CONF|@PLUGIN")
		}
		p.origins(args, 1)
		if name, found := strings.CutPrefix(args[len(args)-1], "@"); found {
			source, at = name, p.position
			return nil
		}
		return p.podFile(0, args[len(args)-1], "the resolv.conf")
	})
	if err != nil || at < 0 {
		return err
	}
	return p.autopathSource(p.backTo(at), source)
}

// autopathSources are the plugins that know search paths; autopathNone are those that
// CoreDNS does not look at, as they answer no queries.
var (
	autopathSources = []string{"erratic", "kubernetes"}
	autopathNone    = []string{
		"bind", "debug", "grpc_server", "health", "https", "https3", "multisocket", "pprof", "proxyproto",
		"quic", "ready", "reload", "root", "sign", "timeouts", "tls",
	}
)

func (p *Parser) autopathSource(back int, source string) error {
	switch {
	case slices.Contains(autopathSources, source) && p.Has(source):
		return nil
	case p.Has(source) && !slices.Contains(autopathNone, source):
		return p.errorAt(back, RuleInvalidValue, "plugin %s has no search path. Write @kubernetes", corefile.Quote(source))
	}
	p.warnf(back, RuleIgnored, "autopath does nothing: this block has no plugin %s with a search path. Use kubernetes in this block and write @kubernetes", corefile.Quote(source))
	return nil
}
