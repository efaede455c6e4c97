package plugin

import (
	"strconv"
	"time"

	"corewarden/corefile"
)

// timeouts reads: timeouts { read TIMEOUT; write TIMEOUT; idle TIMEOUT; maxtcpqueries
// COUNT }, with at least one of them in each use. A number without a unit is seconds.
func timeouts(p *Parser) error {
	return p.every(func() error {
		if args := p.RemainingArgs(); len(args) > 0 {
			return p.argErr("timeouts, and a block after it")
		}
		set := false
		timeout := func() error { set = true; return p.timeout() }
		err := p.block(properties{
			{name: "read", usage: "TIMEOUT", read: timeout},
			{name: "write", usage: "TIMEOUT", read: timeout},
			{name: "idle", usage: "TIMEOUT", read: timeout},
			{name: "maxtcpqueries", usage: "COUNT", since: "1.14.7", read: func() error { set = true; return p.maxTCPQueries() }},
		})
		if !p.failed && !set {
			return p.errorf(RuleMissingProperty, "no timeout is given. Add a block with read, write or idle, or remove the plugin")
		}
		return err
	})
}

func (p *Parser) timeout() error {
	text, err := p.oneArg(p.Val() + " TIMEOUT")
	if err != nil {
		return err
	}
	if _, err := strconv.Atoi(text.Text); err == nil {
		text.Text += "s"
	}
	_, err = p.duration(text, "the timeout", time.Second, 24*time.Hour)
	return err
}

func (p *Parser) maxTCPQueries() error {
	text, err := p.oneArg("maxtcpqueries COUNT")
	if err != nil {
		return err
	}
	if n, err := strconv.Atoi(text.Text); err != nil || n < -1 || n == 0 {
		return p.errorf(RuleInvalidValue, "the count is %s. Write a whole number from 1 up, or -1 for no limit", corefile.Quote(text.Text))
	}
	return nil
}
