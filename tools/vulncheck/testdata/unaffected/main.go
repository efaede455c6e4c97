// Command unaffected uses the same package, but not the vulnerable function.
package main

import "golang.org/x/text/language"

func main() {
	println(language.English.String())
}
