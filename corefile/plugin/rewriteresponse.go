package plugin

import (
	"slices"
	"strconv"
	"strings"

	"corewarden/corefile"
	"corewarden/corefile/plugin/reader"
)

// ttl reads: ttl [exact|prefix|suffix|substring|regex] NAME TTL|LEAST-MOST.
func (r *rewriteRule) ttl() error {
	if n := len(r.args); n < 2 || n > 3 {
		return r.usage("rewrite ttl [exact|prefix|suffix|substring|regex] NAME TTL")
	}
	last := len(r.args) - 1
	if !isRewriteTTL(r.text(last)) {
		return r.wrong(last, `the TTL is %s. Write a number of seconds such as "30", or a range such as "30-300", "30-" or "-300"`, corefile.Quote(r.text(last)))
	}
	r.matches("exact", r.args[last-1])
	r.made.To = r.text(last)
	if last == 2 {
		r.matches(r.text(0), r.args[1])
		return r.match()
	}
	return nil
}

// isRewriteTTL reports whether a word is a TTL or a range of them.
func isRewriteTTL(text string) bool {
	least, most, isRange := strings.Cut(text, "-")
	number := func(text string, empty uint64) (uint64, bool) {
		if text == "" && isRange {
			return empty, true
		}
		n, err := strconv.ParseUint(text, 10, 32)
		return n, err == nil
	}
	low, lowOK := number(least, 0)
	if !isRange {
		return lowOK
	}
	high, highOK := number(most, 1<<31-1)
	return lowOK && highOK && low <= high && text != "-"
}

var cnameWithoutDot = reader.Behaviour{Since: "1.13.2", Before: "compares whole names with %s, which lacks their final dot", Remedy: "Write the final dot"}

// cname reads: cname [exact|prefix|suffix|substring|regex] FROM TO.
func (r *rewriteRule) cname() error {
	n := len(r.args)
	if n < 2 || n > 3 {
		return r.usage("rewrite cname [exact|prefix|suffix|substring|regex] FROM TO")
	}
	match := "exact"
	if n == 3 {
		match = strings.ToLower(r.text(0))
	}
	r.made.Match = match
	r.made.From, r.made.To = strings.ToLower(r.text(n-2)), strings.ToLower(r.text(n-1))
	if match == "exact" && r.Since(cnameWithoutDot.Since) {
		r.made.From, r.made.To = qualified(r.args[n-2]).Text, qualified(r.args[n-1]).Text
	}
	if match == "exact" {
		for _, name := range r.args[n-2:] {
			if !strings.HasSuffix(name.Text, ".") {
				r.WarnOfBehaviour(cnameWithoutDot, name)
			}
		}
		return nil
	}
	if match != "regex" {
		return r.match()
	}
	expression := r.args[1]
	expression.Text = strings.ToLower(expression.Text) // which turns \S into \s
	if !r.Since("1.13.2") {
		if _, err := r.Parsed.Regexp(expression.Text); err != nil {
			r.WarnAt(expression, reader.RuleInvalidValue, "CoreDNS lower-cases %s, which then is not a valid Go regular expression: answers with a CNAME will fail. Write one that is valid in small letters", corefile.Quote(expression.Text))
		}
		return nil
	}
	_, err := r.Regexp(expression)
	return err
}

// responseCodes reads: rcode [exact|prefix|suffix|substring|regex] NAME FROM TO.
func (r *rewriteRule) responseCodes() error {
	n := len(r.args)
	if n < 3 || n > 4 {
		return r.usage("rewrite rcode [exact|prefix|suffix|substring|regex] NAME FROM TO")
	}
	for i := n - 2; i < n; i++ {
		if number, err := strconv.ParseUint(r.text(i), 10, 32); err == nil && number <= 23 {
			r.made.Rcodes[i-(n-2)] = int(number)
			continue
		}
		rcode, err := r.Rcode(r.args[i])
		if err != nil {
			return err
		}
		r.made.Rcodes[i-(n-2)] = rcode
	}
	r.matches("exact", r.args[0])
	if n == 4 {
		r.matches(r.text(0), r.args[1])
		return r.match()
	}
	return nil
}

// edns0Variables are what a local option may be set to.
var edns0Variables = []string{"{qname}", "{qtype}", "{client_ip}", "{client_port}", "{protocol}", "{server_ip}", "{server_port}"}

// edns0 reads: edns0 local|nsid|subnet append|replace|set|unset … [revert].
func (r *rewriteRule) edns0() error {
	if len(r.args) < 2 {
		return r.usage("rewrite edns0 local|nsid|subnet append|replace|set|unset ...")
	}
	option, action := strings.ToLower(r.text(0)), strings.ToLower(r.text(1))
	r.made.From, r.made.To = option, action
	unset := action == "unset" && r.Since("1.12.3")
	if !unset && !slices.Contains([]string{"append", "replace", "set"}, action) {
		return r.wrong(1, "%s is not an edns0 action. Write append, replace, set or (since CoreDNS 1.12.3) unset", corefile.Quote(r.text(1)))
	}
	n := len(r.args)
	if !unset && r.Since("1.11.4") && r.text(n-1) == "revert" {
		n--
	}
	want, usage := 0, ""
	switch option {
	case "local":
		want, usage = 4, "CODE DATA"
		if unset {
			want, usage = 3, "CODE"
		}
	case "nsid":
		want = 2
	case "subnet":
		want, usage = 4, "BITS4 BITS6"
		if unset {
			want, usage = 2, ""
		}
	default:
		return r.wrong(0, "%s is not an EDNS option. Write local, nsid or subnet", corefile.Quote(r.text(0)))
	}
	mayRevert := !unset && r.Since("1.11.4") && r.Hidden(r.args[n-1])
	if n != want && (!mayRevert || n-1 != want) {
		return r.usage(strings.TrimSpace("rewrite edns0 " + option + " " + action + " " + usage))
	}
	switch {
	case option == "local":
		return r.edns0Local(unset)
	case option == "subnet" && !unset:
		return r.edns0Subnet()
	}
	return nil
}

// edns0Local checks the code and the data of a local option.
func (r *rewriteRule) edns0Local(unset bool) error {
	code, err := strconv.ParseUint(r.text(2), 0, 16)
	if err != nil {
		return r.wrong(2, "the option's code is %s. Write a number such as 65001 or 0xffed", corefile.Quote(r.text(2)))
	}
	r.made.From = "local " + strconv.FormatUint(code, 10)
	if unset {
		return nil
	}
	data := r.text(3)
	if strings.HasPrefix(data, "{") && strings.HasSuffix(data, "}") {
		r.made.Metadata = !slices.Contains(edns0Variables, data)
		if r.made.Metadata && !isMetadataLabel(strings.TrimSuffix(data[1:], "}")) {
			return r.wrong(3, "there is no variable %s. Write one of %s, or metadata such as {kubernetes/client-namespace}", corefile.Quote(data), strings.Join(edns0Variables, ", "))
		}
		return nil
	}
	if digits, found := strings.CutPrefix(data, "0x"); found && (len(digits)%2 != 0 || strings.Trim(digits, "0123456789abcdefABCDEF") != "") {
		return r.wrong(3, "%s is not hexadecimal. Write two digits for each byte", corefile.Quote(data))
	}
	return nil
}

// edns0Subnet checks the lengths of the masks for IPv4 and IPv6.
func (r *rewriteRule) edns0Subnet() error {
	for i, bits := range []uint64{32, 128} {
		if n, err := strconv.ParseUint(r.text(2+i), 0, 16); err != nil || n > bits {
			return r.wrong(2+i, "the mask length is %s. Write a number from 0 to %d", corefile.Quote(r.text(2+i)), bits)
		}
	}
	return nil
}
