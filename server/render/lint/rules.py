"""Every rule of the lint, as one table that docs/lint.md shows and the checks refer to by code.

The rules of the group "drawing" were found by measurement: a probe picture per SVG feature, drawn by our
rasterizer and by a browser (tests/render/lint_probes). What came out alike has no rule.

One long module on purpose: it is a table, read row by row, with no logic in it.
"""

from __future__ import annotations

from collections.abc import Mapping

from server.render.lint.findings import Rule, Severity

_E: Severity = "error"
_W: Severity = "warning"

DRAWING = (
    Rule(
        "shadow",
        _E,
        "a drop or inner shadow made by a filter",
        "the shadow is missing or the shape is moved",
        "remove the effect (Figma: minus beside Drop shadow; Sketch: Shadows; Illustrator: Appearance; Inkscape: "
        "Filters > Remove Filters), then put a shape with a gradient that fades to transparent, or a PNG of the "
        "shadow, behind it",
    ),
    Rule(
        "blur",
        _E,
        "a blur made by a filter",
        "the shape is drawn sharp",
        "remove the effect (Figma: minus beside Layer blur; Illustrator: Appearance; Inkscape: Fill and Stroke, Blur 0)"
        " and give the shape a radial gradient that fades to transparent, or put a PNG of it in its place",
    ),
    Rule(
        "filter",
        _E,
        "a filter effect",
        "the effect is missing or wrong",
        "remove the effect; export the layer as PNG and place it if the look is needed",
    ),
    Rule(
        "blend-mode",
        _E,
        "a blend mode (multiply, screen, overlay, …)",
        "the layer simply covers what is below",
        "set the layer's mode to Normal (Figma: Pass through or Normal; Inkscape, Illustrator: "
        "Normal) and choose colours and opacity that give the look",
    ),
    Rule(
        "mask-luminance",
        _E,
        "a mask whose black, grey or coloured parts should hide",
        "a mask hides by transparency only, so dark parts do not hide anything",
        "fill the mask with white and use opacity (a gradient from white to transparent white), or "
        'put mask-type="alpha" on a mask that is meant that way (Figma: Mask type Alpha)',
    ),
    Rule(
        "mask-units",
        _E,
        "a mask measured by the box of what it masks",
        "the mask is moved, or hides everything",
        'use maskUnits="userSpaceOnUse" with x, y, width and height in pixels and leave maskContentUnits out',
    ),
    Rule("mask-css", _E, "a CSS mask that is not a <mask>", "nothing is masked", "draw the mask as a <mask> element"),
    Rule(
        "clip-evenodd",
        _E,
        "a clip path with a hole by the even-odd rule",
        "the hole is not cut out",
        "reverse the direction of the inner path (Illustrator: Attributes > Reverse Path Direction; "
        "Inkscape: Path > Reverse)",
    ),
    Rule(
        "clip-overlap",
        _E,
        "a clip path of several shapes drawn in opposite directions",
        "where they overlap, a hole is cut",
        "unite the shapes into one path (Figma: Union selection; Inkscape: Path > Union; Illustrator: Pathfinder)",
    ),
    Rule(
        "clip-units",
        _E,
        "a clip path measured by the box of what it clips",
        "the drawing fails",
        'use a clip path in pixels (without clipPathUnits="objectBoundingBox")',
    ),
    Rule(
        "clip-nested",
        _E,
        "a clip path that is clipped itself",
        "what it clips is painted over in black",
        "put the element into a group and clip the group by the second clip path",
    ),
    Rule(
        "clip-content",
        _E,
        "a hidden shape or a group inside a clip path",
        "browsers and this server disagree: all or nothing is clipped",
        "keep only visible shapes, without groups, in the clip path",
    ),
    Rule(
        "clip-shape",
        _E,
        "a CSS clip (circle(), inset(), polygon())",
        "it clips wrongly or not at all",
        "draw the shape inside a <clipPath>",
    ),
    Rule(
        "clip-use",
        _E,
        "a clip path on a <use> that has x or y",
        "the clip moves along with it",
        "put the <use> into a group and set clip-path on the group",
    ),
    Rule(
        "picture-fill",
        _E,
        "a picture as the fill of a shape (a pattern with an image)",
        "the picture is tiled, moved or soft",
        "Figma and Sketch export every image fill this way: export the picture by itself as PNG or JPEG, lay it beside "
        "template.svg, and put an <image> in the place of the shape, with a clip-path where corners are round",
    ),
    Rule(
        "pattern-units",
        _E,
        "a pattern measured by the box of what it fills",
        "the tiles are moved",
        'set patternUnits="userSpaceOnUse" with width and height in pixels',
    ),
    Rule(
        "pattern-fraction",
        _W,
        "a pattern tile whose size is not a whole number of pixels",
        "the tiles drift and get seams",
        "round the tile's width and height to whole pixels",
    ),
    Rule(
        "pattern-scaled",
        _W,
        "a pattern or mask that is scaled",
        "its edges are soft",
        "draw it at its final size and remove the scale",
    ),
    Rule(
        "pattern-opacity",
        _E,
        "one pattern used several times, at different opacities",
        "every use makes the next one paler",
        "copy the pattern: one for every use that has an opacity",
    ),
    Rule(
        "opacity",
        _W,
        "opacity on a shape with fill and stroke, with markers, with a mask, or on a <use>",
        "fill shows through the stroke, or the opacity is lost or counted twice",
        "put the element into a group and set the opacity on the group",
    ),
    Rule(
        "color-syntax",
        _E,
        "a colour notation that is not understood",
        "black, opaque, or the drawing fails",
        "write #rrggbb, #rrggbbaa, rgb(), rgba(), hsl() or a name (spell currentColor with a capital C)",
    ),
    Rule(
        "current-color",
        _W,
        "a colour set where an inherited currentColor is in use",
        "the outer colour is drawn",
        "write the colour on the element itself",
    ),
    Rule(
        "css-keyword", _W, "unset, revert or all in a style", "the value is not reset", "write the value that is meant"
    ),
    Rule("css-case", _W, "a keyword in capitals", "it is not understood", "write it in small letters"),
    Rule("css-variable", _E, "a CSS variable (var())", "black, or the drawing fails", "write the value itself"),
    Rule(
        "css-calc",
        _E,
        "calc() or another CSS function in a length",
        "the drawing fails",
        "write the result as a number",
    ),
    Rule(
        "css-at-rule",
        _E,
        "style rules inside @media, @supports or @layer, or a <style media>",
        "the rules inside are ignored, or apply always",
        "put the rules outside, without a condition",
    ),
    Rule(
        "css-nesting", _E, "nested style rules", "the inner rules are ignored", "write each rule with its full selector"
    ),
    Rule("css-path", _E, "a path whose d is in the style", "the path is not drawn", "write d as an attribute"),
    Rule(
        "css-transform",
        _E,
        "a CSS transform that an attribute could not say",
        "the element stays where it was, or its other transform is used",
        'write it as an attribute: transform="rotate(20)" (degrees and pixels, translate(x y), scale(x y))',
    ),
    Rule(
        "transform-box",
        _E,
        "a transform whose origin is the element's own box",
        "the element is moved",
        "use rotate(angle, cx, cy), or translate, scale and translate back",
    ),
    Rule(
        "transform-origin",
        _W,
        "a transform-origin by a word (center, top, …)",
        "moved in pictures at @2x and @3x",
        "write the origin in pixels or percent",
    ),
    Rule(
        "transform-root",
        _W,
        "a transform on the outermost <svg>",
        "moved in pictures at @2x and @3x",
        "put the drawing into a group and set the transform on the group",
    ),
    Rule(
        "stroke-reset",
        _W,
        "a line cap, join or dash set back inside a group that has another",
        "the group's is drawn",
        "set it on the elements that need it instead of on the group",
    ),
    Rule(
        "path-length",
        _E,
        "dashes measured by pathLength",
        "the dashes have other lengths",
        "give the dashes in pixels and remove pathLength",
    ),
    Rule(
        "non-scaling-stroke",
        _W,
        "a stroke that should not scale, inside a scaled element",
        "the stroke is as thick as the scale makes it",
        "give the stroke width divided by the scale",
    ),
    Rule(
        "paint-order",
        _W,
        "a stroke painted below the fill",
        "the stroke covers the fill",
        "draw the shape twice: first with the stroke, then over it with the fill",
    ),
    Rule("dot-path", _W, "a path of single points", "the dots are not drawn", "draw small circles"),
    Rule(
        "gradient-focal-radius",
        _E,
        "a radial gradient with a focal radius (fr)",
        "it starts at its centre",
        "remove fr and move the first colour stops outwards",
    ),
    Rule(
        "gradient-linear-rgb",
        _W,
        "a gradient mixed in linear light",
        "other colours in its middle",
        "remove color-interpolation and add a stop in the middle if needed",
    ),
    Rule(
        "gradient-empty",
        _W,
        "a gradient without any length",
        "another colour than its last one",
        "give the shape a plain colour, or the gradient a length",
    ),
    Rule(
        "marker-curve",
        _W,
        "an arrow head that turns along a curve",
        "it points another way",
        "draw the arrow head as a path of its own",
    ),
    Rule(
        "marker-closed",
        _W,
        "markers on a closed shape",
        "the last marker is in another place or missing",
        "draw the markers as shapes of their own",
    ),
    Rule(
        "marker-viewbox",
        _W,
        "a marker without viewBox",
        "it is drawn larger or smaller",
        "give the marker a viewBox of its own size",
    ),
    Rule("marker-angle", _E, "a marker angle with a unit", "the drawing fails", "write degrees without a unit"),
    Rule(
        "marker-attribute",
        _W,
        "marker as an attribute",
        "drawn here, but in no browser or editor",
        "use marker-start, marker-mid and marker-end",
    ),
    Rule(
        "marker-missing",
        _E,
        "a marker that does not exist",
        "the drawing fails",
        "remove the attribute or add the marker",
    ),
    Rule("context-paint", _W, "context-fill or context-stroke", "black", "write the colour"),
    Rule("hidden-use", _E, "a hidden <use>", "it is drawn nevertheless", "remove it, or hide a group around it"),
    Rule("collapsed", _W, 'visibility="collapse"', "it is drawn nevertheless", 'write "hidden"'),
    Rule(
        "language",
        _W,
        "a condition on language or features outside of <switch>",
        "drawn in every language",
        "use {% if %} or data-if with a param",
    ),
    Rule(
        "animation",
        _W,
        "an animation",
        "the picture shows the drawing without it",
        "draw the state that should be seen",
    ),
    Rule(
        "unknown-element", _W, "an element that SVG does not have", "it is not drawn", "correct its name or remove it"
    ),
    Rule(
        "unit",
        _E,
        "a unit other than px, pt, mm, cm, in, pc, em and %",
        "another size, or the drawing fails",
        "write pixels",
    ),
    Rule("ellipse-radius", _W, "an ellipse with one radius", "nothing is drawn", "give rx and ry"),
    Rule(
        "root-background",
        _W,
        "a background colour in the style of <svg>",
        "the background stays transparent",
        "draw a <rect> of the picture's size as the first element",
    ),
)

TYPE = (
    Rule(
        "text-length",
        _W,
        "a part of a line, a line along a path or a text in a box that is stretched to a length",
        "the letters keep their natural width",
        "remove textLength (Illustrator and PDF imports add it) and use data-fit; of a text without a box, give it to "
        "the <text> or to a <tspan> with its own x",
    ),
    Rule(
        "text-positions",
        _W,
        "letters placed one by one (lists in x, y, dx, dy or rotate) in a text that has a box",
        "the box decides, and the letters follow the font's own spacing",
        "remove the lists; use letter-spacing",
    ),
    Rule(
        "text-path",
        _W,
        "words behind the end of a <textPath>",
        "they stand at the upper edge of the picture",
        "give them a <text> of their own",
    ),
    Rule("text-vertical", _E, "vertical text", "the text runs horizontally", "turn the text by a transform"),
    Rule(
        "text-decoration",
        _W,
        "a line under or through text that is wavy, dotted, dashed or double, or has a thickness of its own",
        "a plain line, a tenth of the size thick",
        "remove style and thickness, or draw the line as a shape",
    ),
    Rule(
        "text-baseline",
        _W,
        "an alignment by a baseline that is not known here",
        "the text stands on its alphabetic baseline",
        "use auto, middle, central, hanging, mathematical, text-before-edge or text-after-edge",
    ),
    Rule(
        "text-variant",
        _W,
        "letters made wider by text-transform (full-width, full-size-kana)",
        "the letters stay as they are, as in most browsers",
        "write the text in the letters that should be seen",
    ),
    Rule(
        "text-shadow",
        _W,
        "a text-shadow",
        "the shadow is missing",
        "set the text twice, the first time in the shadow's colour and place",
    ),
    Rule(
        "font-shorthand",
        _W,
        "a font style and font attributes on one text",
        "the attributes are followed",
        "write font-family, font-size and font-weight one by one",
    ),
    Rule(
        "flow-text",
        _E,
        "flowed text of Inkscape",
        "it is not drawn, or not wrapped as in the editor",
        "choose Text > Unflow (of a flowRoot: Text > Convert to Text) and let the frame be the text's box, "
        'data-box="#its-id"',
    ),
)

BOXES = (
    Rule(
        "no-box",
        _W,
        "a text with a placeholder and no box",
        "a long value runs out of the picture",
        'draw a rectangle where the text may go, give it a name (Figma: tick Include "id" attribute in the export; '
        "Illustrator, Sketch: the layer's name; Inkscape: Object Properties > ID) and write "
        'data-box="#its-name" on the text; or give the text a width, inline-size="400"',
    ),
    Rule(
        "no-fit",
        _W,
        "a text with a placeholder that says neither to shrink nor to end in …",
        "a long value is cut with … at its full size",
        'add data-fit="shrink", or text-overflow="ellipsis" if that is meant',
    ),
    Rule("box-missing", _E, "a data-box that names no rectangle", "the text has no box", "give a <rect> that id"),
    Rule(
        "box-outside",
        _W,
        "a text whose box lies mostly beside the picture",
        "the edge of the picture cuts the text off",
        "move the text or its box into the picture, or give it a smaller inline-size: the box lies right of x, left of "
        'it with text-anchor="end", and the other way round with direction="rtl"',
    ),
    Rule(
        "min-size",
        _E,
        "a data-min-size larger than the text",
        "the text never shrinks",
        "give a smaller size, in pixels",
    ),
    Rule(
        "unknown-attribute",
        _E,
        "an attribute or value of ours that does not exist",
        "it has no effect",
        "correct the spelling",
    ),
    Rule(
        "duplicate-id",
        _E,
        "an id that is used twice",
        "one of the two is taken, perhaps the wrong one",
        "give each element an id of its own",
    ),
    Rule(
        "outlined-text",
        _W,
        "text that seems to be outlines",
        "it cannot show a person's name",
        "keep text as text when exporting (Figma: untick Outline text; Illustrator: Font: SVG, not Convert To Outlines;"
        " Inkscape: Text output options: no path; Canva always makes outlines: set the text anew)",
    ),
    Rule(
        "font-missing",
        _E,
        "a font that is not among the fonts",
        "the text is set in the default font",
        "put the font's file and licence into the fonts folder, or choose one of that folder in the drawing program",
    ),
    Rule("font-generic", _W, "no named font", "the text is set in the default font", "name a font, for example Inter"),
    Rule(
        "font-face",
        _W,
        "a font loaded by the style sheet (@font-face)",
        "that font is not loaded",
        "put the font's file and licence into the fonts folder",
    ),
)

PARAMS = (
    Rule(
        "unused-param",
        _W,
        "a param that the drawing does not use",
        "its value changes nothing",
        "use it or remove it from the manifest (a link that has it keeps working if it is in retired)",
    ),
    Rule(
        "unknown-param",
        _E,
        "a name that the manifest does not declare",
        "the template is refused",
        "declare it under [params] in manifest.toml or correct its spelling",
    ),
    Rule(
        "no-default",
        _W,
        "a param without default in a text that is always drawn",
        "the text has a hole when the value is missing",
        'give it a default, write {{ name or "there" }}, or leave its line out with data-if="name"',
    ),
    Rule(
        "no-sample",
        _W,
        "a param with neither sample nor default",
        "previews show nothing there",
        "give it a sample in manifest.toml",
    ),
    Rule(
        "placeholder-lost",
        _E,
        "a placeholder that is not read as one",
        "everybody sees its braces",
        "type {{ name }} in one go as plain text; in the file its braces stand as they are, not as &#123; or %7B, and "
        "no tag comes between them",
    ),
    Rule(
        "picture-missing",
        _E,
        "a picture that is not in the template's folder",
        "the picture is not drawn",
        "put the file beside template.svg",
    ),
    Rule(
        "picture-remote",
        _E,
        "a picture or style from another address",
        "it is never fetched",
        "put the file beside template.svg, or make it an image param",
    ),
    Rule(
        "picture-svg",
        _E,
        "an SVG embedded as data or used as a picture",
        "it is not drawn",
        "paste its elements into the template, or use a PNG",
    ),
    Rule(
        "svg-file",
        _W,
        "an SVG file that the template does not use, beside an image param",
        "a link that names it shows what stands in for the picture (no-picture)",
        "save it as PNG; an SVG is drawn where it comes from an address, and files of the folder are PNG, JPEG, WebP "
        "or GIF",
    ),
    Rule(
        "picture-large",
        _W,
        "a large embedded picture",
        "every picture of this template starts slower",
        "save it at the size it is shown, as JPEG or PNG, beside template.svg",
    ),
    Rule(
        "picture-look",
        _E,
        "a data-plate, data-tile or data-tile-ink that is no colour, or a data-plate-padding, data-plate-radius or "
        "data-max-upscale that is no number",
        "it has no effect",
        "write colours as #14213d, those of data-plate with a space between them, and sizes as numbers of pixels",
    ),
    Rule(
        "picture-only",
        _E,
        "an attribute for pictures (data-trim, data-plate, data-tile, data-max-upscale) on something else",
        "it has no effect",
        "move it to the <image>",
    ),
    Rule(
        "picture-box",
        _W,
        "a picture from a param without width and height",
        "it is as large as it happens to be, and initials or a name in its place are not drawn",
        "give the <image> a width and a height",
    ),
)

LIMITS = (
    Rule(
        "not-xml",
        _E,
        "not well-formed XML",
        "nothing can be drawn",
        "at that line, or just above it, finish the tag, the quote or the element that is open, and write & as &amp;",
    ),
    Rule(
        "jinja-syntax",
        _E,
        "a placeholder or condition that cannot be read",
        "nothing can be drawn",
        "correct the place the line shows",
    ),
    Rule(
        "jinja-forbidden",
        _E,
        "a use of Jinja that templates do not have",
        "the template is refused",
        "use values, conditions, loops and the listed filters only",
    ),
    Rule(
        "jinja-in-tag",
        _W,
        "conditions that cut through tags",
        "only some checks can be made",
        'put conditions around whole elements, or use data-if="name"',
    ),
    Rule(
        "entities",
        _E,
        "entities declared in the document type",
        "the template is refused",
        "remove the <!DOCTYPE …> (Illustrator: SVG Profile 1.1, untick Preserve Illustrator Editing Capabilities)",
    ),
    Rule(
        "too-large",
        _E,
        "a template of more than 1 MB",
        "the template is refused",
        "shrink embedded pictures, or simplify paths",
    ),
    Rule(
        "too-many-elements",
        _E,
        "more than 2,000 elements",
        "the template is refused",
        "unite shapes, or export the background as PNG",
    ),
    Rule("too-deep", _E, "elements nested more than 64 deep", "the template is refused", "ungroup layers"),
    Rule(
        "too-many-rules",
        _W,
        "more than 500 rules in a style sheet",
        "the rest is not checked, and drawing is slow",
        "write the styles as attributes (Illustrator: Styling: Presentation Attributes)",
    ),
    Rule(
        "too-many-uses",
        _E,
        "more than 200 <use>",
        "the template is refused",
        "use a pattern, or draw the copies as one path",
    ),
    Rule(
        "nested-kind",
        _E,
        "a clip path, mask, pattern or marker whose content uses another of its kind",
        "the template is refused, because it can take minutes to draw",
        "unite the two into one",
    ),
    Rule(
        "bad-number",
        _E,
        "a number that is infinite or huge",
        "it is left out or made smaller, because drawing might hang",
        "write a number of pixels",
    ),
    Rule("script", _E, "a script or an event attribute", "it has no effect in a picture", "remove it"),
    Rule(
        "foreign-object",
        _E,
        "HTML inside the SVG (foreignObject)",
        "it is not drawn",
        "draw it with SVG elements (Figma writes it for background blur and angular gradients: remove these effects)",
    ),
)

GROUPS: Mapping[str, tuple[Rule, ...]] = {
    "Drawing": DRAWING,
    "Type": TYPE,
    "Text boxes and fonts": BOXES,
    "Params and pictures": PARAMS,
    "Limits": LIMITS,
}
RULES: Mapping[str, Rule] = {rule.code: rule for rules in GROUPS.values() for rule in rules}
