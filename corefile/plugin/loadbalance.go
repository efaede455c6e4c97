package plugin

import (
	"net"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// loadbalance reads: loadbalance [round_robin] or loadbalance weighted FILE { reload
// DURATION }, each with { prefer NETWORK... } since 1.12.4. Before, only the first use in
// a block was read, and only weighted had a block.
func loadbalance(p *Parser) error {
	var unstable error // of the last weighted, the only one to run
	read := func() error {
		args := p.RemainingArgs()
		n := len(args)
		switch {
		case n == 0:
		case args[0].Text == "round_robin":
			if n > 1 {
				return p.ArgErr("loadbalance round_robin")
			}
		case args[0].Text == "weighted":
			if n != 2 {
				return p.ArgErr("loadbalance weighted FILE")
			}
			var err error
			if unstable, err = p.weighted(args[1].Text); err != nil {
				return err
			}
		default:
			return p.NoneOf(args[0], []string{"round_robin", "weighted"})
		}
		if !p.Since("1.12.4") {
			return nil
		}
		return p.ReadBlock(reader.Properties{{Name: "prefer", Usage: "NETWORK...", Since: "1.12.4", Read: p.preferNetworks}})
	}
	var err error
	if p.Since("1.12.4") {
		err = p.Every(read)
	} else {
		err = p.First(read)
	}
	if err != nil {
		return err
	}
	if p.Overridable() {
		return nil
	}
	return unstable
}

// weighted reads the rest of: weighted FILE { reload DURATION }. Unstable is the error of
// a use that the server takes, only to end when it has started.
func (p *Parser) weighted(file string) (unstable, err error) {
	if file == "" {
		unstable = p.Errorf(reader.RuleInvalidValue, "the weight file is missing. Write its path")
	} else {
		p.Warnf(reader.RulePodFile, "the server starts only if the weight file %s in its pod is valid; Corewarden cannot check it", corefile.Quote(file))
	}
	err = p.ReadBlock(reader.Properties{
		{Name: "reload", Usage: "DURATION", Read: func() error {
			text, err := p.OneArg("reload DURATION")
			if err != nil {
				return err
			}
			reload, err := p.Duration(text, "the reload interval", reader.AnyDuration, reader.MaxDuration)
			switch {
			case file == "":
			case reload < 0:
				unstable = p.Errorf(reader.RuleInvalidValue, "the reload interval is %s. Write a duration of at least 0s", corefile.Quote(text.Text))
			default:
				unstable = nil
			}
			return err
		}},
	})
	return unstable, err
}

func (p *Parser) preferNetworks() error {
	args := p.RemainingArgs()
	for _, network := range args {
		if _, _, err := net.ParseCIDR(network.Text); err != nil {
			return p.ErrorAt(network, reader.RuleInvalidValue, "%s is not a network. Write an address and a prefix length, such as \"10.0.0.0/8\"", corefile.Quote(network.Text))
		}
	}
	return nil
}
