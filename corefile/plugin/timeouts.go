package plugin

import (
	"strconv"
	"time"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// timeouts reads: timeouts { read TIMEOUT; write TIMEOUT; idle TIMEOUT; maxtcpqueries
// COUNT }, with at least one of them in each use. A number without a unit is seconds.
func timeouts(p *Parser) error {
	return p.Every(func() error {
		if args := p.RemainingArgs(); len(args) > 0 {
			return p.ArgErr("timeouts, and a block after it")
		}
		set := false
		timeout := func() error { set = true; return p.timeout() }
		err := p.ReadBlock(reader.Properties{
			{Name: "read", Usage: "TIMEOUT", Read: timeout},
			{Name: "write", Usage: "TIMEOUT", Read: timeout},
			{Name: "idle", Usage: "TIMEOUT", Read: timeout},
			{Name: "maxtcpqueries", Usage: "COUNT", Since: "1.14.7", Read: func() error { set = true; return p.maxTCPQueries() }},
		})
		if !p.Failed && !set {
			return p.Errorf(reader.RuleMissingProperty, "no timeout is given. Add a block with read, write or idle, or remove the plugin")
		}
		return err
	})
}

func (p *Parser) timeout() error {
	text, err := p.OneArg(p.Val() + " TIMEOUT")
	if err != nil {
		return err
	}
	if _, err := strconv.Atoi(text.Text); err == nil {
		text.Text += "s"
	}
	_, err = p.Duration(text, "the timeout", time.Second, 24*time.Hour)
	return err
}

func (p *Parser) maxTCPQueries() error {
	text, err := p.OneArg("maxtcpqueries COUNT")
	if err != nil {
		return err
	}
	if n, err := strconv.Atoi(text.Text); err != nil || n < -1 || n == 0 {
		return p.Errorf(reader.RuleInvalidValue, "the count is %s. Write a whole number from 1 up, or -1 for no limit", corefile.Quote(text.Text))
	}
	return nil
}
